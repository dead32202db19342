from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from infra.components.admission import Admission, AdmissionArgs
from tests.harness.admission import CONTAINER, POD, REGISTRY, VIOLATIONS, Violation, refusals
from tests.infra.program import WHOLE_STACKS, Run
from tests.infra.recorder import Graph, record_component

ARGS = AdmissionArgs(system_namespaces=["kube-system"], chart_namespaces=["istio-system"], registries=[REGISTRY])
GRAPH = record_component(lambda opts: Admission("admission", ARGS, opts))
POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
BINDING = f"{POLICY}Binding"
POLICIES = ("restricted-pods", "images")

MAKERS_OF_PODS = {"DaemonSet", "Deployment", "Job", "Rollout"}


def spec_of(policy: str, graph: Graph = GRAPH) -> dict[str, Any]:
    return graph.one(POLICY, f"admission-{policy}").inputs["spec"]


def pod(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "spec": deepcopy(dict(spec))}


@pytest.mark.parametrize("policy", POLICIES)
def test_what_cannot_be_judged_is_refused_and_what_is_refused_is_written_down(policy: str) -> None:
    assert spec_of(policy)["failurePolicy"] == "Fail"
    assert GRAPH.one(BINDING, f"admission-{policy}").inputs["spec"]["validationActions"] == ["Deny", "Audit"]


@pytest.mark.parametrize(
    ("policy", "left_alone"),
    [("restricted-pods", ["kube-system"]), ("images", ["kube-system", "istio-system"])],
)
def test_every_namespace_is_under_them_but_those_that_are_named(policy: str, left_alone: list[str]) -> None:
    resources = GRAPH.one(BINDING, f"admission-{policy}").inputs["spec"]["matchResources"]
    (others,) = resources["namespaceSelector"]["matchExpressions"]
    assert others == {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": left_alone}


@pytest.mark.parametrize("policy", POLICIES)
def test_pods_are_judged_and_whatever_makes_pods(policy: str) -> None:
    rules = spec_of(policy)["matchConstraints"]["resourceRules"]
    judged = {(group, each) for rule in rules for group in rule["apiGroups"] for each in rule["resources"]}
    assert {("", "pods"), ("", "pods/ephemeralcontainers"), ("apps", "deployments")} <= judged
    assert {("argoproj.io", "rollouts"), ("batch", "jobs"), ("batch", "cronjobs")} <= judged
    assert all(rule["operations"] == ["CREATE", "UPDATE"] for rule in rules)


def test_registries_are_data() -> None:
    none = record_component(lambda opts: Admission("admission", replace(ARGS, registries=[]), opts))
    assert refusals(spec_of("images", none), pod(POD)) == ["an image comes from the platform's own registry"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_pod_that_is_as_it_should_be_is_taken(policy: str) -> None:
    assert refusals(spec_of(policy), pod(POD)) == []


@pytest.mark.parametrize("violation", VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_pod_is_refused_for_what_is_wrong_with_it(violation: Violation) -> None:
    said = refusals(spec_of(violation.policy), pod(violation.pod))
    assert violation.says in "; ".join(said)


@pytest.mark.parametrize(
    ("kind", "wrapped"),
    [
        ("Deployment", lambda spec: {"template": {"spec": spec}}),
        ("CronJob", lambda spec: {"jobTemplate": {"spec": {"template": {"spec": spec}}}}),
    ],
)
def test_a_template_is_judged_as_its_pods_would_be(
    kind: str, wrapped: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> None:
    bad = {**POD, "hostNetwork": True}
    assert refusals(spec_of("restricted-pods"), {"kind": kind, "spec": wrapped(POD)}) == []
    assert refusals(spec_of("restricted-pods"), {"kind": kind, "spec": wrapped(bad)})


def test_a_debugging_container_is_judged_too() -> None:
    debugging = {**POD, "ephemeralContainers": [{**CONTAINER, "image": "busybox"}]}
    assert len(refusals(spec_of("images"), pod(debugging))) == 2


@pytest.mark.parametrize("run", WHOLE_STACKS, ids=str)
def test_everything_that_a_stack_runs_is_taken_and_stands_on_them(program: Callable[[Run], Graph], run: Run) -> None:
    graph = program(run)
    bindings = graph.of_type(BINDING)
    judged = [each for each in graph if each.custom and each.type.rpartition(":")[2] in MAKERS_OF_PODS]
    assert len(judged) >= 6
    for each in judged:
        item = {"kind": each.type.rpartition(":")[2], **each.inputs}
        for policy in POLICIES:
            (others,) = graph.one(BINDING, f"admission-{policy}").inputs["spec"]["matchResources"]["namespaceSelector"][
                "matchExpressions"
            ]
            if each.inputs["metadata"]["namespace"] not in others["values"]:
                assert refusals(spec_of(policy, graph), item) == [], each.name
        assert all(graph.stands_on(each, binding) for binding in bindings if binding.name.startswith("admission"))

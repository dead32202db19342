"""The program's admission policies, judged by a real API server."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from kubernetes.dynamic.exceptions import DynamicApiError

from sandbox.kubernetes import clusters
from sandbox.kubernetes.deployment import with_endpoints
from sandbox.kubernetes.objects import Objects
from sandbox.workspace import Workspace
from tests.harness.admission import POD, VIOLATIONS
from tests.harness.local_cluster import until
from tests.infra.components.test_admission import GRAPH

CLUSTER, NAMESPACE = "FORTRESS_CLUSTER", "admission"
REFUSED_BEFORE = ("privileged",)
"""What this cluster's API server takes from nobody, policy or not."""
GONE_SECONDS = IN_FORCE_SECONDS = 60

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(os.environ.get(CLUSTER) != "", reason="`make cluster-test` builds a cluster of our own"),
]


@pytest.fixture(scope="module")
def objects() -> Iterator[Objects]:
    """A namespace, and the policies over it and every other but the scenarios'.

    Where a stack stands, its own policies of the same names are in force until these have taken their place.
    """
    objects = clusters.own(Workspace.here().state, print).objects()
    declared = [with_endpoints(each.inputs, {}) for each in GRAPH if each.type.startswith("kubernetes:")]
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    try:
        for item in (namespace, *declared):
            objects.apply(item)
        until(lambda: in_force(objects), IN_FORCE_SECONDS)
        yield objects
    finally:
        for item in (*reversed(declared), namespace):
            metadata = item["metadata"]
            objects.delete(item["apiVersion"], item["kind"], metadata["name"], metadata.get("namespace"))
        until(lambda: objects.get("v1", "Namespace", NAMESPACE) is None, GONE_SECONDS)


def test_a_pod_that_is_as_it_should_be_is_taken(objects: Objects) -> None:
    assert refusal(objects, POD) is None


@pytest.mark.parametrize("wrong", [each for each in VIOLATIONS if each not in REFUSED_BEFORE])
def test_a_pod_is_refused_for_what_is_wrong_with_it(wrong: str, objects: Objects) -> None:
    violation, said = VIOLATIONS[wrong], refusal(objects, VIOLATIONS[wrong].pod)
    assert said is not None
    assert f"ValidatingAdmissionPolicy 'fortress-{violation.policy}'" in said
    assert violation.says in said


def test_a_deployment_is_refused_before_any_pod_of_it_is(objects: Objects) -> None:
    labels = {"app": "bad"}
    template = {"metadata": {"labels": labels}, "spec": {**POD, "hostNetwork": True}}
    item = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "bad", "namespace": NAMESPACE},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    with pytest.raises(DynamicApiError, match="hostNetwork"):
        objects.apply(item)


def in_force(objects: Objects) -> bool:
    """Both policies, and none that knows another registry."""
    return refusal(objects, POD) is None and all(refuses(objects, each) for each in ("tag", "user 0"))


def refuses(objects: Objects, wrong: str) -> bool:
    return VIOLATIONS[wrong].says in (refusal(objects, VIOLATIONS[wrong].pod) or "")


def refusal(objects: Objects, pod: Mapping[str, Any]) -> str | None:
    """What the API server says of a pod; None where it takes it."""
    metadata = {"name": "pod", "namespace": NAMESPACE}
    try:
        objects.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": dict(pod)})
    except DynamicApiError as error:
        return str(error.summary())
    objects.delete("v1", "Pod", "pod", NAMESPACE)
    until(lambda: objects.get("v1", "Pod", "pod", NAMESPACE) is None, GONE_SECONDS)
    return None

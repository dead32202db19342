from infra.components.workload.admission import StrategyGuard
from tests.infra.recorder import record_component

GRAPH = record_component(lambda opts: StrategyGuard("guard", opts))
POLICY = GRAPH.one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy").inputs["spec"]
BINDING = GRAPH.one("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding").inputs["spec"]


ROUTED = "has({0}.spec.strategy.canary) && has({0}.spec.strategy.canary.trafficRouting)"


def test_updates_of_rollouts_are_judged_and_nothing_else() -> None:
    (rule,) = POLICY["matchConstraints"]["resourceRules"]
    assert (rule["apiGroups"], rule["resources"], rule["operations"]) == (["argoproj.io"], ["rollouts"], ["UPDATE"])


def test_old_and_new_have_to_agree_on_every_field_that_makes_a_strategy() -> None:
    assert [each["expression"] for each in POLICY["validations"]] == [
        "(has(object.spec.strategy.blueGreen)) == (has(oldObject.spec.strategy.blueGreen))",
        "(has(object.spec.strategy.canary)) == (has(oldObject.spec.strategy.canary))",
        f"({ROUTED.format('object')}) == ({ROUTED.format('oldObject')})",
    ]


def test_the_refusal_says_why_and_where_the_way_is() -> None:
    for validation in POLICY["validations"]:
        assert "argo-rollouts#3431" in validation["message"]
        assert "docs/runbook.md" in validation["message"]


def test_it_denies_in_the_service_s_namespace() -> None:
    assert BINDING["validationActions"] == ["Deny"]
    assert BINDING["matchResources"]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "orders"}

"""What the API server itself refuses of a Rollout, at preview already: a server-side dry run asks it."""

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE

_NAME = "fortress-rollout-strategy"
_FIELDS = ("spec.strategy.blueGreen", "spec.strategy.canary", "spec.strategy.canary.trafficRouting")
_MESSAGE = (
    "the strategy of a live Rollout cannot change (argo-rollouts#3431: traffic would be left at pods that go); "
    "docs/runbook.md has the way"
)


class StrategyGuard(pulumi.ComponentResource):
    """Rolling, blue-green and canary do not become one another in place."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:workload:StrategyGuard", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        policy = k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
            spec=k8s.admissionregistration.v1.ValidatingAdmissionPolicySpecArgs(
                failure_policy="Fail",
                match_constraints=k8s.admissionregistration.v1.MatchResourcesArgs(
                    resource_rules=[
                        k8s.admissionregistration.v1.NamedRuleWithOperationsArgs(
                            api_groups=["argoproj.io"],
                            api_versions=["v1alpha1"],
                            operations=["UPDATE"],
                            resources=["rollouts"],
                        )
                    ]
                ),
                validations=[
                    k8s.admissionregistration.v1.ValidationArgs(expression=_both_have(field), message=_MESSAGE)
                    for field in _FIELDS
                ],
            ),
            opts=child,
        )
        namespace = k8s.meta.v1.LabelSelectorArgs(match_labels={"kubernetes.io/metadata.name": NAMESPACE})
        k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
            spec=k8s.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpecArgs(
                policy_name=policy.metadata.name,
                validation_actions=["Deny"],
                match_resources=k8s.admissionregistration.v1.MatchResourcesArgs(namespace_selector=namespace),
            ),
            opts=child,
        )
        self.register_outputs({})


def _both_have(field: str) -> str:
    """CEL: the old and the new object have the field, or neither has it; a field on the way may be missing too."""
    return f"{_has('object', field)} == {_has('oldObject', field)}"


def _has(item: str, field: str) -> str:
    words = field.split(".")
    parts = [f"has({item}.{'.'.join(words[: count + 1])})" for count in range(2, len(words))]
    return f"({' && '.join(parts)})"

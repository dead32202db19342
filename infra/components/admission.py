"""What the API server refuses in every namespace of applications, whoever asks: rights over pods, foreign images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes import admissionregistration

from infra.shared.admission import IMAGES, RESTRICTED, TEMPLATED, VARIABLES, Check, one_of
from infra.shared.kubernetes import PART_OF


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    """Which namespaces are let alone, and where images may come from."""

    system_namespaces: Sequence[str]
    """Kubernetes' own, in which agents of the nodes run."""
    chart_namespaces: Sequence[str]
    """Whose images are chosen by charts of others; everything else holds for them too."""
    registries: Sequence[pulumi.Input[str]]
    """Prefixes of images, such as `111122223333.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev/`."""


class Admission(pulumi.ComponentResource):
    """Two policies, deny and audit, that every namespace is under unless it is named as an exception."""

    ready: Sequence[pulumi.Resource]
    """What has to stand before the first pod."""

    def __init__(self, name: str, args: AdmissionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:Admission", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        own = {"registries": pulumi.Output.all(*args.registries).apply(one_of)}
        self.ready = [
            self._bind("restricted-pods", self._policy("restricted-pods", RESTRICTED), args.system_namespaces),
            self._bind(
                "images",
                self._policy("images", IMAGES, {**VARIABLES, **own}),
                [*args.system_namespaces, *args.chart_namespaces],
            ),
        ]
        self.register_outputs({})

    def _policy(
        self, policy: str, checks: Sequence[Check], variables: Mapping[str, pulumi.Input[str]] = VARIABLES
    ) -> admissionregistration.v1.ValidatingAdmissionPolicy:
        v1 = admissionregistration.v1
        rules = [
            v1.NamedRuleWithOperationsArgs(
                api_groups=[group], api_versions=["*"], operations=["CREATE", "UPDATE"], resources=list(resources)
            )
            for group, resources in TEMPLATED.items()
        ]
        return v1.ValidatingAdmissionPolicy(
            f"{self._name}-{policy}",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=f"{PART_OF}-{policy}"),
            spec=v1.ValidatingAdmissionPolicySpecArgs(
                failure_policy="Fail",
                match_constraints=v1.MatchResourcesArgs(resource_rules=rules),
                variables=[v1.VariableArgs(name=name, expression=each) for name, each in variables.items()],
                validations=[v1.ValidationArgs(expression=each.expression, message=each.message) for each in checks],
            ),
            opts=self._child,
        )

    def _bind(
        self,
        binding: str,
        policy: admissionregistration.v1.ValidatingAdmissionPolicy,
        without: Sequence[str],
    ) -> admissionregistration.v1.ValidatingAdmissionPolicyBinding:
        v1 = admissionregistration.v1
        others = k8s.meta.v1.LabelSelectorRequirementArgs(
            key="kubernetes.io/metadata.name", operator="NotIn", values=list(without)
        )
        return v1.ValidatingAdmissionPolicyBinding(
            f"{self._name}-{binding}",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=f"{PART_OF}-{binding}"),
            spec=v1.ValidatingAdmissionPolicyBindingSpecArgs(
                policy_name=policy.metadata.name,
                validation_actions=["Deny", "Audit"],
                match_resources=v1.MatchResourcesArgs(
                    namespace_selector=k8s.meta.v1.LabelSelectorArgs(match_expressions=[others])
                ),
            ),
            opts=self._child,
        )

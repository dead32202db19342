"""STK-19: every resource has a provider that the program made."""

from policies.controls import CONFIGURATION, controls
from policies.graph import Graph, Node
from policies.providers import AWS_PROVIDER, KUBERNETES_PROVIDER
from policies.rule import GraphRule, Parameters, Severity, Verdict, require


def made_here(provider: Node, _: Graph, __: Parameters) -> Verdict:
    """The engine did not have to make one up."""
    return require(not provider.name.startswith("default"), "it is a default provider")


RULE = GraphRule(
    id="STK-19",
    severity=Severity.HIGH,
    title="Every resource has a provider that the program made",
    rationale="A default provider takes its region and account from whoever runs the program.",
    fix="Pass `provider` or `parent`, and remove the default provider's cause.",
    types=(
        AWS_PROVIDER,
        KUBERNETES_PROVIDER,
    ),
    controls=controls(CONFIGURATION),
    link="https://www.pulumi.com/docs/iac/concepts/resources/providers/#default-provider-configuration",
    checks=(made_here,),
)

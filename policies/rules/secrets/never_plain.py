"""SEC-04: secret inputs are Pulumi secrets."""

from policies.controls import SECRETS, controls
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import SECRET_HOLDERS, SECRET_PROPERTIES
from policies.values import shown


def hidden(holder: Node, _: Graph, __: Parameters) -> Verdict:
    """Each property that is meant for a secret is one, when it is set."""
    plain = [
        name for name in SECRET_PROPERTIES[holder.type] if holder.properties.get(name) and name not in holder.secrets
    ]
    return require(not plain, f"{shown(plain)} is a plain value")


RULE = GraphRule(
    id="SEC-04",
    severity=Severity.CRITICAL,
    title="Secret inputs are Pulumi secrets",
    rationale="A plain value stands readable in the state, in the preview and in its log.",
    fix="Pass the value by `pulumi.Output.secret` or `config.require_secret`.",
    types=SECRET_HOLDERS,
    controls=controls(SECRETS),
    link="https://www.pulumi.com/docs/iac/concepts/secrets/",
    checks=(hidden,),
)

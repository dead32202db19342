"""MSK-04: brokers take clients by IAM and nobody without a name."""

from policies.checks import equals
from policies.controls import AUTHENTICATION, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import MSK_CLUSTER

RULE = Rule(
    id="MSK-04",
    severity=Severity.CRITICAL,
    title="Brokers take clients by IAM and nobody without a name",
    rationale="One unauthenticated listener is enough to read and to forge every event.",
    fix="Set `clientAuthentication.sasl.iam` to true and `clientAuthentication.unauthenticated` to false.",
    types=(MSK_CLUSTER,),
    controls=controls(AUTHENTICATION, hub=("MSK.6",)),
    link=security_hub("MSK.6"),
    checks=(
        equals("clientAuthentication.unauthenticated", False, default=False),
        equals("clientAuthentication.sasl.iam", True, default=False),
    ),
)

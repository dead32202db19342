"""RDS-15: databases present a certificate of a current authority."""

from policies.checks import one_of
from policies.controls import ENCRYPTION_IN_TRANSIT, controls
from policies.rule import Parameter, Rule, Severity
from policies.tokens import RDS_INSTANCE

RULE = Rule(
    id="RDS-15",
    severity=Severity.MEDIUM,
    title="Databases present a certificate of a current authority",
    rationale="A certificate that runs out stops every verified connection at once.",
    fix="Set `caCertIdentifier` to one of the parameter `authorities`.",
    types=(RDS_INSTANCE,),
    controls=controls(ENCRYPTION_IN_TRANSIT),
    link="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    parameters={
        "authorities": Parameter(
            default=("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),
            description="Authorities that are current.",
        )
    },
    checks=(one_of("caCertIdentifier", "authorities", default="rds-ca-rsa2048-g1"),),
)

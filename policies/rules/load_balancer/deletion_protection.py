"""LB-05: load balancers are protected from deletion."""

from policies.checks import equals
from policies.controls import AVAILABILITY, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import LOAD_BALANCER

RULE = Rule(
    id="LB-05",
    severity=Severity.MEDIUM,
    title="Load balancers are protected from deletion",
    rationale="A deleted load balancer takes its address, and the whole service, with it.",
    fix="Set `enableDeletionProtection` to true.",
    types=(LOAD_BALANCER,),
    controls=controls(AVAILABILITY, hub=("ELB.6",)),
    link=security_hub("ELB.6"),
    checks=(equals("enableDeletionProtection", True, default=False),),
)

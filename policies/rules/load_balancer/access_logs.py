"""LB-04: load balancers record who called and who connected."""

from policies.checks import equals, present, when
from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import LOAD_BALANCER

RULE = Rule(
    id="LB-04",
    severity=Severity.MEDIUM,
    title="Load balancers record who called and who connected",
    rationale="Access logs are the only record of requests that never reached the service.",
    fix="Set `accessLogs.enabled` to true with `accessLogs.bucket`, and `connectionLogs` likewise.",
    types=(LOAD_BALANCER,),
    controls=controls(AUDIT_LOGGING, hub=("ELB.5",)),
    link=security_hub("ELB.5"),
    parameters={"connection_logs": Parameter(default=True, description="Whether connection logs are asked for too.")},
    checks=(
        equals("accessLogs.enabled", True),
        present("accessLogs.bucket"),
        when("connection_logs", equals("connectionLogs.enabled", True)),
    ),
)

"""LB-08: target groups check the health of their targets at a path of the service."""

from policies.checks import differs, equals, present, when, where
from policies.controls import AVAILABILITY, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import TARGET_GROUP
from policies.values import Properties, read


def is_http(group: Properties) -> bool:
    """Whether its targets are asked over HTTP."""
    return read(group, "protocol") in ("HTTP", "HTTPS")


RULE = Rule(
    id="LB-08",
    severity=Severity.MEDIUM,
    title="Target groups check the health of their targets at a path of the service",
    rationale="Without a check of its own, traffic goes on to a pod that answers but cannot work.",
    fix="Set `healthCheck.path` to the service's readiness path, and `protocol` to HTTPS where pods speak TLS.",
    types=(TARGET_GROUP,),
    controls=controls(AVAILABILITY, hub=("ELB.21",)),
    link=security_hub("ELB.21"),
    parameters={"tls_to_targets": Parameter(default=False, description="Whether pods must be spoken to over TLS.")},
    checks=(
        where(is_http, present("healthCheck.path")),
        differs("healthCheck.enabled", False),
        when("tls_to_targets", equals("protocol", "HTTPS")),
    ),
)

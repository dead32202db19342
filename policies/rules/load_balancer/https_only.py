"""LB-01: load balancers serve HTTPS, and HTTP only to send callers there."""

from policies.checks import each, equals, every_of
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, violating
from policies.tokens import LISTENER
from policies.values import Properties, read, read_list

_ENCRYPTED = ("HTTPS", "TLS")
_redirects = every_of(equals("type", "redirect"), equals("redirect.protocol", "HTTPS"))


def encrypted(listener: Properties, parameters: Parameters) -> Verdict:
    """The listener is encrypted, or each of its default actions redirects to HTTPS."""
    if read(listener, "protocol") in _ENCRYPTED:
        return COMPLIANT
    if not read_list(listener, "defaultActions"):
        return violating("it has no default action, must redirect to HTTPS")
    return each("defaultActions", _redirects)(listener, parameters)


RULE = Rule(
    id="LB-01",
    severity=Severity.HIGH,
    title="Load balancers serve HTTPS, and HTTP only to send callers there",
    rationale="Tokens and orders sent over plain HTTP are read and changed by anybody on the way.",
    fix="Set `protocol` to HTTPS, or `defaultActions[].type` to redirect with `redirect.protocol` HTTPS.",
    types=(LISTENER,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("ELB.1", "ELB.18")),
    link=security_hub("ELB.1"),
    checks=(encrypted,),
)

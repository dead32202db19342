"""LB-02: HTTPS listeners take TLS 1.2 with forward secrecy or newer."""

from policies.checks import set_to
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import NOT_APPLICABLE, Parameters, Rule, Severity, Verdict, require
from policies.tokens import LISTENER
from policies.values import Properties, read, shown

_CURRENT = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-")
_WITH_OLD_CIPHERS = ("-Ext0", "-Ext1", "-Ext2")


def current(listener: Properties, _: Parameters) -> Verdict:
    """The policy is of the TLS 1.3 family that goes down to 1.2 at most."""
    if read(listener, "protocol") not in ("HTTPS", "TLS"):
        return NOT_APPLICABLE
    policy = read(listener, "sslPolicy") or ""
    good = policy.startswith(_CURRENT) and not any(mark in policy for mark in _WITH_OLD_CIPHERS)
    return require(good, f"sslPolicy is {shown(policy or None)}, must start with {' or '.join(_CURRENT)}")


RULE = Rule(
    id="LB-02",
    severity=Severity.HIGH,
    title="HTTPS listeners take TLS 1.2 with forward secrecy or newer",
    rationale="Older protocol versions and ciphers have known breaks.",
    fix="Set `sslPolicy` to ELBSecurityPolicy-TLS13-1-2-2021-06 or another TLS13-1-2 or TLS13-1-3 policy.",
    types=(LISTENER,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("ELB.17",)),
    link=security_hub("ELB.17"),
    checks=(current,),
    remedy=set_to({"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
)

"""KMS-01: keys rotate every year or sooner."""

from policies.checks import equals, every_of, set_to, where
from policies.controls import KEY_MANAGEMENT, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import KMS_KEY
from policies.values import Properties, read, shown

_LONGEST_DAYS = 365


def is_symmetric(key: Properties) -> bool:
    """Whether AWS can rotate it."""
    return read(key, "customerMasterKeySpec") in (None, "SYMMETRIC_DEFAULT")


def soon(key: Properties, _: Parameters) -> Verdict:
    """The period, where it is given, is a year at most."""
    days = read(key, "rotationPeriodInDays")
    return require(days is None or days <= _LONGEST_DAYS, f"rotationPeriodInDays is {shown(days)}, may be 365 at most")


RULE = Rule(
    id="KMS-01",
    severity=Severity.MEDIUM,
    title="Keys rotate every year or sooner",
    rationale="The less one key has encrypted, the less its loss opens.",
    fix="Set `enableKeyRotation` to true and `rotationPeriodInDays` to 365 or less.",
    types=(KMS_KEY,),
    controls=controls(KEY_MANAGEMENT, hub=("KMS.4",), cis=("3.6",)),
    link=security_hub("KMS.4"),
    checks=(where(is_symmetric, every_of(equals("enableKeyRotation", True, default=False), soon)),),
    remedy=set_to({"enableKeyRotation": True}),
)

"""TRL-01: the trail records every region and is on."""

from policies.checks import each, equals
from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="TRL-01",
    severity=Severity.HIGH,
    title="The trail records every region and is on",
    rationale="An attacker works in the region nobody looks at.",
    fix="Set `isMultiRegionTrail`, `includeGlobalServiceEvents` and `enableLogging` to true.",
    types=("aws:cloudtrail/trail:Trail",),
    controls=controls(AUDIT_LOGGING, hub=("CloudTrail.1",), cis=("3.1",)),
    link=security_hub("CloudTrail.1"),
    checks=(
        equals("isMultiRegionTrail", True, default=False),
        equals("includeGlobalServiceEvents", True, default=True),
        equals("enableLogging", True, default=True),
        each("eventSelectors", equals("readWriteType", "All", default="All")),
    ),
)

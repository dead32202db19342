"""TRL-02: the trail's files are encrypted, signed and watched."""

from policies.checks import equals, own_key, present
from policies.controls import AUDIT_LOGGING, INTEGRITY, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="TRL-02",
    severity=Severity.MEDIUM,
    title="The trail's files are encrypted, signed and watched",
    rationale="A trail that can be rewritten proves nothing.",
    fix="Set `enableLogFileValidation`, `kmsKeyId` and `cloudWatchLogsGroupArn`.",
    types=("aws:cloudtrail/trail:Trail",),
    controls=controls(
        AUDIT_LOGGING, INTEGRITY, hub=("CloudTrail.2", "CloudTrail.4", "CloudTrail.5"), cis=("3.2", "3.5")
    ),
    link=security_hub("CloudTrail.2"),
    checks=(
        equals("enableLogFileValidation", True, default=False),
        own_key("kmsKeyId"),
        present("cloudWatchLogsGroupArn"),
    ),
)

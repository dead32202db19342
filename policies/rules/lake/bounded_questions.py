"""LAK-02: whoever asks the lake keeps to its workgroup: encrypted results, and a limit of what is read."""

from policies.checks import at_least, equals, own_key
from policies.controls import CONFIGURATION, ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Rule, Severity

_RESULTS = "configuration.resultConfiguration"
_LEAST_LIMIT = 10 * 1024**2

RULE = Rule(
    id="LAK-02",
    severity=Severity.MEDIUM,
    title="Whoever asks the lake keeps to its workgroup: encrypted results, metrics, and a limit of what is read",
    rationale="A client may write results anywhere and read everything there is, unless its workgroup says otherwise.",
    fix=(
        "Set `enforceWorkgroupConfiguration`, `publishCloudwatchMetricsEnabled`, `bytesScannedCutoffPerQuery`, and "
        "`encryptionConfiguration` with SSE_KMS and `kmsKeyArn`."
    ),
    types=("aws:athena/workgroup:Workgroup",),
    controls=controls(ENCRYPTION_AT_REST, CONFIGURATION, hub=("Athena.4",)),
    link=security_hub("Athena.4"),
    checks=(
        equals("configuration.enforceWorkgroupConfiguration", True, default=True),
        equals("configuration.publishCloudwatchMetricsEnabled", True, default=True),
        at_least("configuration.bytesScannedCutoffPerQuery", _LEAST_LIMIT),
        equals(f"{_RESULTS}.encryptionConfiguration.encryptionOption", "SSE_KMS"),
        own_key(f"{_RESULTS}.encryptionConfiguration.kmsKeyArn"),
    ),
)

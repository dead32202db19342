"""MSK-05: brokers log and report by broker or topic."""

from policies.checks import equals, one_of
from policies.controls import AUDIT_LOGGING, MONITORING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import MSK_CLUSTER

RULE = Rule(
    id="MSK-05",
    severity=Severity.MEDIUM,
    title="Brokers log and report by broker or topic",
    rationale="The free figures do not show which partition is behind.",
    fix=(
        "Set `loggingInfo.brokerLogs.cloudwatchLogs.enabled` to true and `enhancedMonitoring` to PER_BROKER or finer."
    ),
    types=(MSK_CLUSTER,),
    controls=controls(MONITORING, AUDIT_LOGGING, hub=("MSK.2",)),
    link=security_hub("MSK.2"),
    checks=(
        equals("loggingInfo.brokerLogs.cloudwatchLogs.enabled", True, default=False),
        one_of("enhancedMonitoring", ("PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION")),
    ),
)

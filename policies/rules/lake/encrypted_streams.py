"""LAK-01: delivery streams are encrypted with a key of this stack."""

from policies.checks import equals, own_key
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="LAK-01",
    severity=Severity.MEDIUM,
    title="Delivery streams are encrypted with a key of this stack",
    rationale="Rows wait in the stream for minutes, with everything that is in them.",
    fix="Set `serverSideEncryption` with `enabled`, `keyType` CUSTOMER_MANAGED_CMK and `keyArn`.",
    types=("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",),
    controls=controls(ENCRYPTION_AT_REST, hub=("DataFirehose.1",)),
    link=security_hub("DataFirehose.1"),
    checks=(
        equals("serverSideEncryption.enabled", True),
        equals("serverSideEncryption.keyType", "CUSTOMER_MANAGED_CMK"),
        own_key("serverSideEncryption.keyArn"),
    ),
)

"""MSK-01: brokers speak TLS, with clients and with each other."""

from policies.checks import equals
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import MSK_CLUSTER

RULE = Rule(
    id="MSK-01",
    severity=Severity.HIGH,
    title="Brokers speak TLS, with clients and with each other",
    rationale="Events carry who bought what, and pass through two zones.",
    fix="Set `encryptionInfo.encryptionInTransit.clientBroker` to TLS and `inCluster` to true.",
    types=(MSK_CLUSTER,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("MSK.1",)),
    link=security_hub("MSK.1"),
    checks=(
        equals("encryptionInfo.encryptionInTransit.clientBroker", "TLS", default="TLS"),
        equals("encryptionInfo.encryptionInTransit.inCluster", True, default=True),
    ),
)

"""MSK-03: brokers have no public address."""

from policies.checks import equals
from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import MSK_CLUSTER

RULE = Rule(
    id="MSK-03",
    severity=Severity.CRITICAL,
    title="Brokers have no public address",
    rationale="A broker on the internet offers every event to whoever guesses a credential.",
    fix="Set `brokerNodeGroupInfo.connectivityInfo.publicAccess.type` to DISABLED or leave it out.",
    types=(MSK_CLUSTER,),
    controls=controls(PUBLIC_ACCESS, hub=("MSK.4",)),
    link=security_hub("MSK.4"),
    checks=(equals("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "DISABLED", default="DISABLED"),),
)

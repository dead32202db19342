"""EC-05: caches take snapshots and minor upgrades, in subnets of their own."""

from policies.checks import at_least, differs, equals, present, when
from policies.controls import BACKUP, PATCHING, controls, security_hub
from policies.rule import Parameter, Rule, Severity
from policies.tokens import REPLICATION_GROUP

RULE = Rule(
    id="EC-05",
    severity=Severity.MEDIUM,
    title="Caches take snapshots and minor upgrades, in subnets of their own",
    rationale="What is not kept, not patched or in the default network is found out in the worst hour.",
    fix="Set `snapshotRetentionLimit` to 1 or more, `autoMinorVersionUpgrade` to true, and `subnetGroupName`.",
    types=(REPLICATION_GROUP,),
    controls=controls(BACKUP, PATCHING, hub=("ElastiCache.1", "ElastiCache.2", "ElastiCache.7")),
    link=security_hub("ElastiCache.1"),
    parameters={"snapshots": Parameter(default=True, description="Whether the cache must be kept in snapshots.")},
    checks=(
        when("snapshots", at_least("snapshotRetentionLimit", 1)),
        equals("autoMinorVersionUpgrade", True, default=True),
        present("subnetGroupName"),
        differs("subnetGroupName", "default"),
    ),
)

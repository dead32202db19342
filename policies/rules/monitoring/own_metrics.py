"""MON-03: the metrics workspace is encrypted with a key of this stack."""

from policies.checks import own_key, present, when
from policies.controls import ENCRYPTION_AT_REST, controls
from policies.rule import Parameter, Rule, Severity

RULE = Rule(
    id="MON-03",
    severity=Severity.MEDIUM,
    title="The metrics workspace is encrypted with a key of this stack",
    rationale="Metrics name customers, hosts and volumes of trade.",
    fix="Set `kmsKeyArn` to a key of the stack.",
    types=("aws:amp/workspace:Workspace",),
    controls=controls(ENCRYPTION_AT_REST),
    link="https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html",
    parameters={"query_logging": Parameter(default=False, description="Whether `loggingConfiguration` must be set.")},
    checks=(
        own_key("kmsKeyArn"),
        when("query_logging", present("loggingConfiguration.logGroupArn")),
    ),
)

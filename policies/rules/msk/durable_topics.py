"""MSK-06: topics survive the loss of a broker without losing an event."""

import json

from policies.checks import at_least
from policies.controls import AVAILABILITY, INTEGRITY, controls
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def in_sync(topic: Properties, _: Parameters) -> Verdict:
    """Writes wait for fewer copies than there are, so that one broker may be away."""
    settings = json.loads(read(topic, "configs") or "{}")
    required = int(settings.get("min.insync.replicas", 1))
    copies = read(topic, "replicationFactor") or 1
    return require(
        required < copies or copies == 1, f"min.insync.replicas is {required} of {shown(copies)} copies, must be fewer"
    )


RULE = Rule(
    id="MSK-06",
    severity=Severity.MEDIUM,
    title="Topics survive the loss of a broker without losing an event",
    rationale=(
        "With one copy, or with writes that wait for one copy only, a broker's disk takes confirmed orders with it."
    ),
    fix="Set `replicationFactor` to 2 or more and min.insync.replicas in `configs` to at least 2 and below it.",
    types=("aws:msk/topic:Topic",),
    controls=controls(AVAILABILITY, INTEGRITY),
    link="https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html",
    parameters={"minimum_copies": Parameter(default=2, description="How many brokers hold each event at least.")},
    checks=(
        at_least("replicationFactor", "minimum_copies"),
        in_sync,
    ),
)

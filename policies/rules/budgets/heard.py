"""BUD-01: budgets have a limit and tell somebody."""

from policies.checks import each, present
from policies.controls import MONITORING, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read_list


def heard(notification: Properties, _: Parameters) -> Verdict:
    """A notification has a subscriber."""
    topics = read_list(notification, "subscriberSnsTopicArns")
    return require(
        bool(topics or read_list(notification, "subscriberEmailAddresses")), "a notification has no subscriber"
    )


RULE = Rule(
    id="BUD-01",
    severity=Severity.LOW,
    title="Budgets have a limit and tell somebody",
    rationale="The first sign of a stolen key is often the bill.",
    fix="Set `limitAmount` and `notifications` with `subscriberSnsTopicArns` or `subscriberEmailAddresses`.",
    types=("aws:budgets/budget:Budget",),
    controls=controls(MONITORING),
    link="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html",
    checks=(
        present("limitAmount"),
        present("notifications"),
        each("notifications", heard),
    ),
)

"""The firewall's rules as data: AWS's managed groups in the order they are tried, then the rate."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ManagedGroup:
    """A rule group that AWS keeps current, and why it is here."""

    name: str
    purpose: str


MANAGED_GROUPS = (
    ManagedGroup(name="AWSManagedRulesAmazonIpReputationList", purpose="sources that Amazon knows as bots"),
    ManagedGroup(name="AWSManagedRulesCommonRuleSet", purpose="the common attacks of OWASP's list"),
    ManagedGroup(name="AWSManagedRulesKnownBadInputsRuleSet", purpose="requests that only exploits send"),
    ManagedGroup(name="AWSManagedRulesSQLiRuleSet", purpose="SQL injection"),
)

REDACTED_HEADERS = ("authorization", "cookie")
"""Headers that the firewall's log shows as REDACTED."""

RATE_WINDOW_SECONDS = 300

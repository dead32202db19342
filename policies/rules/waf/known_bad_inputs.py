"""WAF-03: each web ACL stops known bad inputs and counts what it sees."""

from policies.checks import each, equals
from policies.controls import WEB_PROTECTION, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, read_list, some

_GROUP = "AWSManagedRulesKnownBadInputsRuleSet"


def known_bad_inputs(acl: Properties, _: Parameters) -> Verdict:
    """One of the rules is the managed group of known bad inputs, acting and not only counting."""
    acting = some(read_list(acl, "rules"), _stops_known_bad_inputs)
    return require(acting, f"rules lack {_GROUP}, or override it to count")


def _stops_known_bad_inputs(rule: Properties) -> bool:
    counting = read(rule, "overrideAction.count") is not None
    return not counting and read(rule, "statement.managedRuleGroupStatement.name") == _GROUP


RULE = Rule(
    id="WAF-03",
    severity=Severity.MEDIUM,
    title="Each web ACL stops known bad inputs and counts what it sees",
    rationale="The managed group holds the exploits of the day; without metrics an attack goes unseen.",
    fix=(
        "Add AWSManagedRulesKnownBadInputsRuleSet to `rules`, and set "
        "`visibilityConfig.cloudwatchMetricsEnabled` to true."
    ),
    types=("aws:wafv2/webAcl:WebAcl",),
    controls=controls(WEB_PROTECTION, hub=("WAF.10", "WAF.12")),
    link=security_hub("WAF.10"),
    checks=(
        known_bad_inputs,
        equals("visibilityConfig.cloudwatchMetricsEnabled", True),
        each("rules", equals("visibilityConfig.cloudwatchMetricsEnabled", True)),
    ),
)

"""The web application firewall before the load balancer, and its redacted log."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.choices import FirewallMode
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.firewall_rules import (
    MANAGED_GROUPS,
    RATE_WINDOW_SECONDS,
    REDACTED_HEADERS,
    ManagedGroup,
)

_METRICS = "AWS/WAFV2"
_ALARMS = (
    Alarm(
        name="blocked",
        description="The firewall refuses far more requests than usual: an attack, or a rule that hits customers",
        namespace=_METRICS,
        metric_name="BlockedRequests",
        statistic="Sum",
        threshold=1000,
    ),
)


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """How strict, what stands behind it, and where its log goes."""

    region: str
    mode: FirewallMode
    requests_per_five_minutes: int
    """What one address may send before it is refused; AWS takes 10 to 2,000,000,000."""
    load_balancer_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_group_name: str
    """AWS takes only names that begin with `aws-waf-logs-`."""
    log_retention_days: int
    alarm_topic_arn: pulumi.Input[str]


class Firewall(pulumi.ComponentResource):
    """A regional web ACL with AWS's managed groups and a rate for each address."""

    web_acl_arn: pulumi.Output[str]
    panel: Panel

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:Firewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        web_acl = aws.wafv2.WebAcl(
            name,
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=_rules(args),
            visibility_config=_visibility(name),
            opts=child,
        )
        aws.wafv2.WebAclAssociation(name, resource_arn=args.load_balancer_arn, web_acl_arn=web_acl.arn, opts=child)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=args.log_group_name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=web_acl.arn,
            log_destination_configs=[log_group.arn],
            redacted_fields=[{"single_header": {"name": header}} for header in REDACTED_HEADERS],
            opts=child,
        )
        self.panel = _watch(name, args, web_acl, child)
        self.web_acl_arn = web_acl.arn
        self.register_outputs({"web_acl_arn": self.web_acl_arn})


def _watch(name: str, args: FirewallArgs, web_acl: aws.wafv2.WebAcl, opts: pulumi.ResourceOptions) -> Panel:
    """WAF calls an ACL by its metric's name: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html"""
    dimensions = {"WebACL": web_acl.visibility_config.metric_name, "Region": args.region, "Rule": "ALL"}
    requests = {"AllowedRequests": "Sum", "BlockedRequests": "Sum"}
    return Panel(
        widgets=[Widget(title="Firewall: let in and refused", lines=lines(_METRICS, dimensions, requests))],
        alarm_arns=raise_alarms(_ALARMS, name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=opts),
    )


def _rules(args: FirewallArgs) -> list[Any]:
    groups = [_managed_rule(priority, group, args.mode) for priority, group in enumerate(MANAGED_GROUPS)]
    return [*groups, _rate_rule(len(groups), args)]


def _managed_rule(priority: int, group: ManagedGroup, mode: FirewallMode) -> dict[str, Any]:
    return {
        "name": group.name,
        "priority": priority,
        "override_action": {"count": {}} if mode is FirewallMode.COUNT else {"none": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group.name}},
        "visibility_config": _visibility(group.name),
    }


def _rate_rule(priority: int, args: FirewallArgs) -> dict[str, Any]:
    return {
        "name": "RatePerAddress",
        "priority": priority,
        "action": {"count": {}} if args.mode is FirewallMode.COUNT else {"block": {}},
        "statement": {
            "rate_based_statement": {
                "aggregate_key_type": "IP",
                "limit": args.requests_per_five_minutes,
                "evaluation_window_sec": RATE_WINDOW_SECONDS,
            }
        },
        "visibility_config": _visibility("RatePerAddress"),
    }


def _visibility(metric_name: str) -> Any:
    return {
        "cloudwatch_metrics_enabled": True,
        "metric_name": metric_name,
        "sampled_requests_enabled": True,
    }

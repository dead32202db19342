"""STK-20: the AWS provider tags what it makes and is bound to accounts."""

from policies.controls import CONFIGURATION, controls
from policies.graph import Graph, Node
from policies.providers import AWS_PROVIDER, setting
from policies.rule import GraphRule, Parameter, Parameters, Severity, Verdict, require
from policies.values import shown


def tagged(provider: Node, _: Graph, parameters: Parameters) -> Verdict:
    """The default tags have every key that is asked for."""
    tags = setting(provider, "defaultTags").get("tags") or {}
    missing = [key for key in parameters["tags"] if key not in tags]
    return require(not missing, f"defaultTags lacks {shown(missing)}")


def bound(provider: Node, _: Graph, __: Parameters) -> Verdict:
    """It refuses to work in any other account."""
    return require(bool(setting(provider, "allowedAccountIds")), "allowedAccountIds is empty")


RULE = GraphRule(
    id="STK-20",
    severity=Severity.MEDIUM,
    title="The AWS provider tags what it makes and is bound to accounts",
    rationale="What has no owner is never paid attention to, and the wrong account is a click away.",
    fix="Set `defaultTags.tags` with the keys of the parameter `tags`, and `allowedAccountIds`.",
    types=(AWS_PROVIDER,),
    controls=controls(CONFIGURATION),
    link="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    parameters={
        "tags": Parameter(
            default=("Project", "Environment", "Owner", "CostCenter"), description="Tag keys that everything carries."
        )
    },
    checks=(
        tagged,
        bound,
    ),
)

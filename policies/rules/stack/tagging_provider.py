"""STK-20: the AWS provider tags what it makes and is bound to accounts."""

import json
from collections.abc import Mapping
from typing import Any

from policies.controls import CONFIGURATION, controls
from policies.providers import AWS_PROVIDER, setting
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, shown


def tagged(provider: Properties, parameters: Parameters) -> Verdict:
    """The default tags have every key that is asked for."""
    tags = setting(provider, "defaultTags").get("tags") or {}
    missing = [key for key in parameters["tags"] if key not in tags]
    return require(not missing, f"defaultTags lacks {shown(missing)}")


def bound(provider: Properties, _: Parameters) -> Verdict:
    """It refuses to work in any other account."""
    return require(bool(setting(provider, "allowedAccountIds")), "allowedAccountIds is empty")


def with_fallbacks(provider: Properties, parameters: Parameters) -> Mapping[str, Any]:
    """The default tags with those that have a fallback and were missing."""
    fallbacks = dict(entry.split("=", 1) for entry in parameters["fallbacks"] if "=" in entry)
    given = setting(provider, "defaultTags")
    return {"defaultTags": json.dumps({**given, "tags": {**fallbacks, **(given.get("tags") or {})}})}


RULE = Rule(
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
        ),
        "fallbacks": Parameter(default=(), description="Tags that remediation adds where they are missing: Key=value."),
    },
    checks=(
        tagged,
        bound,
    ),
    remedy=with_fallbacks,
)

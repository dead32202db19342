"""EKS-10: add-ons are pinned, and the network add-on enforces network policies."""

import json

from policies.checks import present, where
from policies.controls import CONFIGURATION, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read


def is_network(addon: Properties) -> bool:
    """Whether it is the add-on that gives pods their addresses."""
    return read(addon, "addonName") == "vpc-cni"


def enforcing(addon: Properties, _: Parameters) -> Verdict:
    """Its settings, which are JSON, switch network policies on."""
    settings = json.loads(read(addon, "configurationValues") or "{}")
    enabled = str(settings.get("enableNetworkPolicy")).lower() == "true"
    return require(enabled, "configurationValues lacks enableNetworkPolicy")


RULE = Rule(
    id="EKS-10",
    severity=Severity.MEDIUM,
    title="Add-ons are pinned, and the network add-on enforces network policies",
    rationale="An add-on that moves by itself changes the cluster between two previews.",
    fix="Set `addonVersion`, and for vpc-cni enableNetworkPolicy to true in `configurationValues`.",
    types=("aws:eks/addon:Addon",),
    controls=controls(CONFIGURATION, eks=("4.3.1",)),
    link="https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
    checks=(
        present("addonVersion"),
        where(is_network, enforcing),
    ),
)

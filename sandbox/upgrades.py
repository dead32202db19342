"""What is not changed in place: versions go forward, of some things one by one; a cluster keeps its kind of nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import SandboxError
from sandbox.state.urn import name_of, type_of

_CLUSTER = "aws:eks/cluster:Cluster"
_OTHER_NODES = "docs/operations/upgrade.md, `Another kind of nodes`"


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """How the version of one type moves."""

    property: str
    source: str
    one_by_one: bool = False
    """Whether each minor version has to be gone through."""

    def objection(self, old: object, new: object) -> str | None:
        """`given …; allowed are …`, or None. What is no version, or not known yet, is not judged."""
        before, after = _numbers(old), _numbers(new)
        if not before or not after or before == after:
            return None
        parts = min(len(before), len(after))
        next_minor = [before[0], before[-1] + 1] if self.one_by_one else None
        if before[:parts] <= after[:parts] and (next_minor is None or after <= next_minor):
            return None
        allowed = f"{old} or later" if next_minor is None else f"{old} and {'.'.join(map(str, next_minor))}"
        return f"{self.property}: given {new}; allowed are {allowed}, since {old} stands ({self.source})"


UPGRADES: Mapping[str, Upgrade] = {
    _CLUSTER: Upgrade(
        property="version",
        one_by_one=True,
        source="https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Upgrade(
        property="engineVersion",
        source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VersionManagementConsiderations.html",
    ),
    "aws:msk/cluster:Cluster": Upgrade(
        property="kafkaVersion",
        source="https://docs.aws.amazon.com/msk/latest/developerguide/version-upgrades.html",
    ),
    "aws:rds/instance:Instance": Upgrade(
        property="engineVersion",
        source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html",
    ),
}


def objections(type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each property whose new value a resource that keeps standing does not take, and what is wrong with it."""
    if upgrade := UPGRADES.get(type_):
        told = upgrade.objection(old.get(upgrade.property), new.get(upgrade.property))
        yield from [(upgrade.property, told)] if told else []
    if type_ == _CLUSTER and old and (told := _other_nodes(old, new)):
        yield "computeConfig", told


def _other_nodes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """Turned off, Auto Mode's nodes end before others are there; turned on, it finds the ConfigMap of the others'."""
    before, after = ((each.get("computeConfig") or {}).get("enabled", False) for each in (old, new))
    if before == after:
        return None
    given, allowed = (str(each).lower() for each in (after, before))
    standing = "nodes of Auto Mode" if before else "nodes of its own"
    return f"computeConfig.enabled: given {given}; allowed is {allowed}, since {standing} stand ({_OTHER_NODES})"


def refuse(plan: Mapping[str, Any]) -> None:
    """Raises SandboxError with each update of `pulumi preview --json` that is not made where something stands."""
    found = [f"\n  - {each}" for each in _refused(plan.get("steps", ()))]
    if found:
        raise SandboxError(
            f"refused, and nothing was changed: {len(found)} change(s) that are not made in place:{''.join(found)}"
        )


def _refused(steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        if step["op"] == "update":
            old, new = ((step.get(state) or {}).get("inputs") or {} for state in ("oldState", "newState"))
            for _, told in objections(type_of(step["urn"]), old, new):
                yield f"{type_of(step['urn'])} {name_of(step['urn'])}: {told}"


def _numbers(version: object) -> list[int]:
    """`[4, 1]` of `4.1.x.kraft`."""
    return [int(each) for each in re.findall(r"\d+", version)] if isinstance(version, str) else []

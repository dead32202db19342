"""From which version AWS lets what stands go to which: never back, and of some things no version is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import SandboxError
from sandbox.state.urn import name_of, type_of


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
    "aws:eks/cluster:Cluster": Upgrade(
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


def objection(type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str] | None:
    """The property and what is wrong with its new version, where a resource of this type keeps standing."""
    upgrade = UPGRADES.get(type_)
    if upgrade is None:
        return None
    told = upgrade.objection(old.get(upgrade.property), new.get(upgrade.property))
    return (upgrade.property, told) if told else None


def refuse(plan: Mapping[str, Any]) -> None:
    """Raises SandboxError with each update of `pulumi preview --json` that AWS would not carry out."""
    found = [f"\n  - {each}" for each in _objections(plan.get("steps", ()))]
    if found:
        raise SandboxError(
            f"refused, and nothing was changed: {len(found)} version(s) that AWS does not go to:{''.join(found)}"
        )


def _objections(steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        if step["op"] == "update":
            old, new = ((step.get(state) or {}).get("inputs") or {} for state in ("oldState", "newState"))
            if told := objection(type_of(step["urn"]), old, new):
                yield f"{type_of(step['urn'])} {name_of(step['urn'])}: {told[1]}"


def _numbers(version: object) -> list[int]:
    """`[4, 1]` of `4.1.x.kraft`."""
    return [int(each) for each in re.findall(r"\d+", version)] if isinstance(version, str) else []

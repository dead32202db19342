"""Whoever is woken finds what to do: each alarm and alert of any stack has its section, and no section is left over."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from infra.shared.alarms import RUNBOOK
from tests.infra.snapshot import SNAPSHOTS

CHECKOUT = Path(__file__).parents[2]
SECTIONS = re.findall(r"^## ([\w-]+)$", (CHECKOUT / RUNBOOK).read_text(), re.MULTILINE)


def told() -> Iterator[str]:
    """Every alarm's name without the number of its node, and every alert's, as each stack asks for them."""
    for stack in ("local", "dev", "prod"):
        for name, resource in yaml.safe_load((SNAPSHOTS / f"{stack}.yaml").read_text()).items():
            if "metricAlarm:MetricAlarm::" in name:
                yield re.sub(r"-\d+$", "", name.rpartition("::")[2])
            if "ruleGroupNamespace:RuleGroupNamespace::" in name:
                for group in resource["data"]["groups"]:
                    yield from (rule["alert"] for rule in group["rules"] if "alert" in rule)


def test_each_alarm_and_alert_has_its_section_and_each_section_its_alarm() -> None:
    assert sorted(set(told())) == sorted(SECTIONS)
    assert any(name.startswith("Orders") for name in SECTIONS)


def test_each_section_says_something() -> None:
    parts = re.split(r"^## [\w-]+$", (CHECKOUT / RUNBOOK).read_text(), flags=re.MULTILINE)[1:]
    assert all(len(part.split()) >= 15 for part in parts)

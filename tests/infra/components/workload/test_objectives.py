"""The alerts of the service's objectives, as Prometheus' own tool evaluates them over made-up traffic."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.components.workload.objectives import ServiceObjectives, objective_rules
from infra.shared.objectives import BURNS
from tests.harness.promtool import promtool
from tests.infra.components.workload.surroundings import OBJECTIVES
from tests.infra.recorder import record_component

GRAPH = record_component(lambda opts: ServiceObjectives("objectives", OBJECTIVES, opts))
RULES = objective_rules(OBJECTIVES.objectives, OBJECTIVES.runbook_url)
ALERTS: dict[str, Any] = {
    rule["alert"]: rule for group in json.loads(RULES)["groups"] for rule in group["rules"] if "alert" in rule
}
PAGE, TICKET = "OrdersAvailabilityBudgetBurnsFast", "OrdersAvailabilityBudgetBurnsSlowly"
LATE_PAGE, LATE_TICKET = "OrdersLatencyBudgetBurnsFast", "OrdersLatencyBudgetBurnsSlowly"
OF_SERVICE = 'destination_service_namespace="orders",destination_service_name="orders-api"'
PLACEMENT = 'http_route="/api/v2/orders",http_request_method="POST",http_response_status_code="201"'
DURATION = "http_server_request_duration_seconds"
A_MINUTE = 1000


def answered(failed: str, good: str) -> list[dict[str, str]]:
    """Requests at the gateway, by Prometheus' notation of a counter a minute."""
    return [
        {"series": f'istio_requests_total{{{OF_SERVICE},response_code="500"}}', "values": failed},
        {"series": f'istio_requests_total{{{OF_SERVICE},response_code="200"}}', "values": good},
    ]


def placed(in_time: int, minutes: int) -> list[dict[str, str]]:
    """Orders of which so many in a thousand are answered in time."""
    return [
        {"series": f'{DURATION}_bucket{{{PLACEMENT},le="0.2"}}', "values": f"0+{in_time}x{minutes}"},
        {"series": f"{DURATION}_count{{{PLACEMENT}}}", "values": f"0+{A_MINUTE}x{minutes}"},
    ]


def share(failed: int, minutes: int) -> list[dict[str, str]]:
    return answered(f"0+{failed}x{minutes}", f"0+{A_MINUTE - failed}x{minutes}")


CASES: dict[str, tuple[list[dict[str, str]], str, set[str]]] = {
    "one in five fails: somebody gets up within minutes": (share(200, 30), "10m", {PAGE, TICKET}),
    "one in a hundred for hours: six times the budget pages too": (share(10, 420), "6h30m", {PAGE, TICKET}),
    "four in a thousand for hours: it can wait": (share(4, 420), "6h30m", {TICKET}),
    "one in a thousand is what was promised": (share(1, 420), "6h30m", set()),
    "an outage that is over is not told any more": (
        answered("0+500x10 5000+0x120", "0+500x10 5000+1000x120"),
        "1h40m",
        {TICKET},
    ),
    "nobody asks: nothing is known": ([], "1h", set()),
    "nobody asks any more: nothing is told": (answered("9+0x120", "9+0x120"), "1h30m", set()),
    "nine in ten orders are late: somebody gets up": (placed(100, 30), "10m", {LATE_PAGE, LATE_TICKET}),
    "one in five orders is late for hours: it can wait": (placed(800, 420), "6h30m", {LATE_TICKET}),
    "one in twenty is what was promised": (placed(951, 420), "6h30m", set()),
}


@pytest.mark.parts
def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    assert "SUCCESS" in promtool("check", "rules", "rules.yml", folder=tmp_path)


@pytest.mark.parts
def test_each_traffic_is_told_as_it_should_be(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    tests = [
        {
            "name": name,
            "interval": "1m",
            "input_series": series,
            "promql_expr_test": [
                {
                    "expr": f'count by (alertname) (ALERTS{{alertname="{alert}", alertstate="firing"}})',
                    "eval_time": at,
                    "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1}] if alert in told else [],
                }
                for alert in ALERTS
            ],
        }
        for name, (series, at, told) in CASES.items()
    ]
    (tmp_path / "tests.yml").write_text(json.dumps({"rule_files": ["rules.yml"], "tests": tests}))
    assert "SUCCESS" in promtool("test", "rules", "tests.yml", folder=tmp_path)


def test_over_thirty_days_the_rates_are_the_workbook_s() -> None:
    assert [burn.rate(30) for burn in BURNS] == [14.4, 6, 3, 1]


def test_the_workspace_has_the_rules_and_each_alert_says_where_to_read_on() -> None:
    namespace = GRAPH.one("aws:amp/ruleGroupNamespace:RuleGroupNamespace").inputs
    assert (namespace["workspaceId"], namespace["data"]) == ("ws-1", RULES)
    assert set(ALERTS) == {PAGE, TICKET, LATE_PAGE, LATE_TICKET}
    for name, alert in ALERTS.items():
        assert alert["annotations"]["runbook_url"] == f"https://example.com/alerts.md#{name.lower()}"

"""Versions on their way through the raised stack, by its own commands, measured by the real Prometheus."""

import asyncio
import json
import re
import signal
from pathlib import Path

import httpx
import pytest

from sandbox.cluster.kinds import ANALYSIS_RUN, ROLLOUT, ROLLOUTS_POD_TEMPLATE_HASH, VIRTUAL_SERVICE
from sandbox.parts import prometheus
from sandbox.parts.part import PartError
from tests.harness.database import TestServer
from tests.harness.stack import LocalStack, eventually

pytestmark = pytest.mark.stack

LONGEST_SECONDS = 300
ANALYSES = ("success-rate", "latency", "saturation", "orders-confirmed")
METRICS = {*ANALYSES, *(f"{each}-against-stable" for each in ANALYSES)}


@pytest.fixture(scope="session", autouse=True)
def program() -> Path:
    try:
        return prometheus.find()
    except PartError as error:
        pytest.skip(f"without Prometheus every metric is inconclusive: {error}")


def _object(stack: LocalStack, path: str) -> dict:
    record = stack.parts.get("cluster").record
    return httpx.get(f"http://{record.host}:{record.port}{path}", trust_env=False, timeout=30).json()


def _status(stack: LocalStack) -> dict:
    return _object(stack, ROLLOUT.path("orders", "orders-api")).get("status", {})


def _weights(stack: LocalStack) -> dict[str, int]:
    route = _object(stack, VIRTUAL_SERVICE.path("orders", "orders-api"))["spec"]["http"][0]["route"]
    return {each["destination"]["host"]: each["weight"] for each in route}


def _digest(stack: LocalStack) -> str:
    return stack.outputs()["image_digest"]


def test_what_cannot_be_shipped_is_refused_with_what_can(stack: LocalStack) -> None:
    assert "there is no version '9'" in stack.run("deploy", "--version", "9", succeeds=False)
    assert "allowed are errors:SHARE" in stack.run("release", "--version", "9", "--fault", "rain", succeeds=False)
    assert "nothing to promote" in stack.run("promote", succeeds=False)
    assert "nothing to abort" in stack.run("abort", succeeds=False)


def test_a_bad_version_takes_itself_back_and_is_not_shipped_again(stack: LocalStack) -> None:
    before = _digest(stack)
    stack.run("release", "--version", "bad", "--fault", "errors:0.9")
    shown = stack.run("deploy", "--version", "bad", succeeds=False)
    assert re.search(r'error: version bad: RolloutAborted: .*Metric "success-rate\S*" assessed Failed', shown), shown
    assert _digest(stack) == before
    assert _weights(stack) == {"orders-stable": 100, "orders-canary": 0}
    assert re.search(r"Resources:\n    \d+ unchanged\n", stack.run("up"))
    assert _status(stack)["phase"] == "Healthy"


def test_a_good_version_goes_through_without_a_failed_request_and_can_be_undone(stack: LocalStack) -> None:
    before = _digest(stack)
    stack.run("release", "--version", "good")
    assert "failed: none" in _promoted(stack, "deploy", "--version", "good")
    assert _digest(stack) != before
    assert "failed: none" in _promoted(stack, "undo")
    assert _digest(stack) == before


def _promoted(stack: LocalStack, *command: str) -> str:
    """What a command says that ships a version, hurried on once every metric found data of it and that good."""
    shipping = stack.start(*command)
    eventually(lambda: shipping.poll() is not None or _found_good(stack) == METRICS, within_seconds=LONGEST_SECONDS)
    stack.start("promote", "--full").communicate()
    output, _ = shipping.communicate()
    assert shipping.returncode == 0, output
    return output


def _found_good(stack: LocalStack) -> set[str]:
    version = _status(stack).get("currentPodHash")
    if version == _status(stack).get("stableRS"):
        return set()
    runs = _object(stack, ANALYSIS_RUN.path("orders"))["items"]
    results = [
        result
        for run in runs
        if run["metadata"]["labels"][ROLLOUTS_POD_TEMPLATE_HASH] == version
        for result in run.get("status", {}).get("metricResults", ())
    ]
    return {each["name"] for each in results if each.get("successful")}


def test_a_second_version_during_the_first_is_refused_and_a_killed_deploy_can_be_aborted(stack: LocalStack) -> None:
    before = _digest(stack)
    stack.run("release", "--version", "first")
    deploying = stack.start("deploy", "--version", "first", "--traffic", "0")
    eventually(lambda: _weights(stack)["orders-canary"] == 10, within_seconds=LONGEST_SECONDS)
    assert "`make deploy`" in stack.run("deploy", "--version", "good", succeeds=False)
    deploying.send_signal(signal.SIGKILL)
    deploying.communicate()
    assert "version first is on its way" in stack.run("deploy", "--version", "good", succeeds=False)
    stack.run("abort")
    eventually(lambda: _weights(stack) == {"orders-stable": 100, "orders-canary": 0})
    stack.run("undo", "--traffic", "0")
    assert _digest(stack) == before
    assert _status(stack)["currentPodHash"] == _status(stack)["stableRS"]
    assert json.loads(stack.run("export"))["deployment"].get("pending_operations", []) == []


def test_what_only_older_versions_need_goes_when_a_version_serves_alone_and_comes_back(stack: LocalStack) -> None:
    server = TestServer.of(stack.part("postgresql"))
    table = "SELECT to_regclass('dead_letters') IS NOT NULL"

    def is_there() -> bool:
        return asyncio.run(server.run(table, database="orders"))[0][0]

    assert is_there()
    assert "CONTRACT_TO is 'contract_unknown'" in stack.run("contract", "--to", "contract_unknown", succeeds=False)
    assert "contracted to contract_order_list" in stack.run("contract", "--to", "contract_order_list")
    assert not is_there()
    assert re.search(r"Resources:\n    \d+ unchanged\n", stack.run("up"))
    assert "201 Created" in stack.run("order")
    stack.run("contract", "--to", "base")
    assert is_there()

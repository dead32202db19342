"""The whole OpenAPI document, driven with valid and invalid requests against the service on its real parts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.api.orders import EXAMPLE_ORDER_ID
from tests.app.conftest import Start
from tests.harness.issuer import Issuer
from tests.harness.processes import ServiceProcess

pytestmark = pytest.mark.parts

EXAMPLES_EACH = 25
TIMEOUT_SECONDS = 1_800
PAIR = {"product_id": "jordan-1", "size": 9, "quantity": 1}
OPTIONS = [
    "--mode=all",
    "--phases=examples,coverage,fuzzing,stateful",
    "--generation-deterministic",
    f"--max-examples={EXAMPLES_EACH}",
    "--suppress-health-check=all",
    "--warnings=off",
    "--checks=all",
    "--exclude-checks=positive_data_acceptance",
]
"""What a schema cannot say is refused too: which products there are, which cursors were given, which keys were used."""


@pytest.fixture
def api(start: Start) -> ServiceProcess:
    return start("api", STREAM_SECONDS="0.1", LOG_LEVEL="WARNING").wait_until_ready()


def test_no_request_gets_a_fault_or_an_undocumented_answer(api: ServiceProcess, issuer: Issuer, tmp_path: Path) -> None:
    token = f"Bearer {issuer.token('sarah_123', exp=4_000_000_000)}"
    with httpx.Client(base_url=api.url, headers={"authorization": token}, trust_env=False) as client:
        order_id = client.post("/api/v2/orders", json=PAIR).json()["order_id"]
        described = client.get("/api/v2/openapi.json").text
    document = tmp_path / "openapi.json"
    document.write_text(described.replace(EXAMPLE_ORDER_ID, order_id))
    tester = [str(Path(sys.executable).parent / "schemathesis"), "run", str(document), f"--url={api.url}"]
    run = subprocess.run(
        [*tester, f"--header=Authorization: {token}", *OPTIONS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout[-8_000:]}\n{run.stderr[-2_000:]}"
    assert [line for line in api.log() if line["level"] == "error"] == []

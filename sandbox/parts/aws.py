"""The embedded AWS: moto's server behind a journal that lets it remember."""

import sys
from pathlib import Path
from typing import ClassVar

import httpx

from sandbox.parts.part import CHECKOUT, Part

ACCOUNT_ID = "123456789012"


class Aws(Part):
    """Every AWS service on one port; what it holds is replayed from `data/journal.jsonl` at start."""

    kind: ClassVar[str] = "aws"
    start_timeout_seconds: ClassVar[float] = 120

    def prepare(self) -> None:
        """Nothing: the server makes its journal."""

    def command(self) -> list[str | Path]:
        """The server, in a process of its own."""
        server = [sys.executable, "-m", "sandbox.parts.aws_server", "--port", str(self.record.port)]
        return [*server, "--journal", self.data / "journal.jsonl"]

    def environment(self) -> dict[str, str]:
        """One account; sets in the same order at every start, so that a replay draws the same ids."""
        return {"PYTHONPATH": str(CHECKOUT), "PYTHONHASHSEED": "0", "MOTO_ACCOUNT_ID": ACCOUNT_ID}

    def ready(self) -> bool:
        """Whether it answers; it listens only after the replay."""
        record = self.record
        try:
            return httpx.get(
                f"http://{record.host}:{record.port}/moto-api/config", timeout=2, trust_env=False
            ).is_success
        except httpx.TransportError:
            return False

"""The embedded AWS: moto's server behind a journal that lets it remember."""

from pathlib import Path

from sandbox.parts.python_module import PythonModule


class Aws(PythonModule):
    """Every AWS service on one port, account 123456789012; it listens after replaying `data/journal.jsonl`."""

    kind = "aws"
    module = "sandbox.parts.aws_server"
    start_timeout_seconds = 120

    def state_dir(self) -> Path:
        return self.data

    def environment(self) -> dict[str, str]:
        """AWS's own policies to attach; sets walked in the same order, so that a replay draws the same ids."""
        return {"PYTHONHASHSEED": "0", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}

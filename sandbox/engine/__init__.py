"""A built-in stand-in for Pulumi's engine, used where no `pulumi` CLI is on PATH."""

from sandbox.engine.backend import Backend
from sandbox.engine.display import Display
from sandbox.engine.engine import Engine, Summary
from sandbox.engine.errors import EngineError
from sandbox.engine.project import Project
from sandbox.engine.steps import Operation

__all__ = ["Backend", "Display", "Engine", "EngineError", "Operation", "Project", "Summary"]

"""Requests of the platform, not of a customer: neither logged nor traced nor measured."""

from __future__ import annotations

from starlette.types import Scope

HEALTH_PREFIX = "/health/"
METRICS_PATH = "/metrics"


def is_probe(scope: Scope) -> bool:
    """Whether the platform asks."""
    path = scope.get("path", "")
    return path.startswith(HEALTH_PREFIX) or path == METRICS_PATH

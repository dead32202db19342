"""A pack's policies with their levels and parameters: its own defaults under a `--policy-pack-config` file."""

import json
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from sandbox.engine.errors import EngineError
from sandbox.engine.properties import from_struct, to_struct

EVERY_POLICY = "all"
LEVEL = "enforcementLevel"
_LEVELS = {name.lower(): value for name, value in analyzer_pb2.EnforcementLevel.items()}


def effective(info: analyzer_pb2.AnalyzerInfo, file: Path | None) -> dict[str, analyzer_pb2.PolicyConfig]:
    """The configuration of every policy of the pack; raises EngineError for a level that does not exist."""
    given = json.loads(file.read_text(encoding="utf-8")) if file else {}
    levels: dict[str, Any] = {each.name: each.enforcementLevel for each in info.policies}
    parameters = {each.name: _defaults(each) for each in info.policies}
    for name, initial in info.initialConfig.items():
        levels[name] = initial.enforcementLevel
        parameters.setdefault(name, {}).update(from_struct(initial.properties))
    if EVERY_POLICY in given:
        levels = dict.fromkeys(levels, _level(given.pop(EVERY_POLICY), file))
    for name, value in given.items():
        if isinstance(value, str) or LEVEL in value:
            levels[name] = _level(value, file)
        if isinstance(value, dict):
            own = {key: each for key, each in value.items() if key != LEVEL}
            parameters.setdefault(name, {}).update(own)
    return {
        name: analyzer_pb2.PolicyConfig(enforcementLevel=level, properties=to_struct(parameters.get(name, {})))
        for name, level in levels.items()
    }


def _defaults(policy: analyzer_pb2.PolicyInfo) -> dict[str, Any]:
    schemas = from_struct(policy.configSchema.properties)
    return {key: schema["default"] for key, schema in schemas.items() if "default" in schema}


def _level(value: str | dict[str, Any], file: Path | None) -> Any:
    name = value if isinstance(value, str) else value.get(LEVEL)
    if name not in _LEVELS:
        raise EngineError(f"{file}: {name!r} is no enforcement level; allowed: {', '.join(_LEVELS)}")
    return _LEVELS[name]

"""`python -m infra.reference` writes the configuration's reference from its schema and the stacks' own values."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from pydantic import TypeAdapter

from infra.config import PROJECT
from infra.settings import Settings
from infra.stack_files import CHECKOUT, own_values

REFERENCE = CHECKOUT / "docs" / "reference" / "configuration.md"
STACKS = ("local", "dev", "prod")
HEAD = f"""# The configuration

Made from `infra/settings.py` and `Pulumi.<stack>.yaml` by `python -m infra.reference`. A stack's file holds each key as
`{PROJECT}:key`. What is wrong is told before any resource is touched, all of it at once; `infra/rules.py` refuses what
only together is wrong, or what AWS would refuse.
"""
_LONGEST_VALUE = 60
_MANY_WORDS = 10
_FORMATS = {"ipv4network": "an address range like `10.0.0.0/16`"}

Schema = Mapping[str, Any]


def main() -> None:
    """Rewrites the page."""
    REFERENCE.write_text(reference_page())


def reference_page() -> str:
    """Every key: what it takes, and what each stack gives it."""
    schema = TypeAdapter(Settings).json_schema()
    sections = {key: value for key, value in schema["properties"].items() if _members(value, schema)}
    plain = {key: value for key, value in schema["properties"].items() if key not in sections}
    values = {stack: own_values(stack) for stack in STACKS}
    lines = [HEAD, *_table(plain, schema, values)]
    for key, value in sections.items():
        lines += [f"\n## {key}\n", f"{_resolved(value, schema)['description']}\n"]
        inner = {stack: given.get(key) or {} for stack, given in values.items()}
        lines += _table(dict(_flat(value, schema)), schema, inner)
    return "\n".join(lines) + "\n"


def _flat(section: Schema, schema: Schema, prefix: str = "") -> Iterator[tuple[str, Schema]]:
    for key, value in _members(section, schema).items():
        if _members(value, schema):
            yield from _flat(value, schema, f"{prefix}{key}.")
            continue
        yield f"{prefix}{key}", value
        for optional in value.get("anyOf", ()):
            yield from _flat(optional, schema, f"{prefix}{key}.")


def _table(keys: Mapping[str, Schema], schema: Schema, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"| key | takes | {' | '.join(values)} |"
    yield f"| --- | --- |{' --- |' * len(values)}"
    for key, value in keys.items():
        told = " | ".join(_shown(_at(given, key)) for given in values.values())
        description = _resolved(value, schema).get("description", "") if "$ref" in value else ""
        said = value.get("description") or description
        about = f" {said}".replace("\n", " ") if said else ""
        yield f"| `{key}` | {_takes(value, schema)}.{about} | {told} |"


def _at(given: Any, key: str) -> Any:
    for part in key.split("."):
        given = given.get(part) if isinstance(given, dict) else None
    return given


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000).strip().removesuffix("...").strip()
    return f"`{text}`" if len(text) <= _LONGEST_VALUE else f"{len(value)} entries"


def _takes(value: Schema, schema: Schema) -> str:
    found = _resolved(value, schema)
    if "anyOf" in found:
        return " or ".join(_takes(each, schema) for each in found["anyOf"] if each.get("type") != "null")
    if "enum" in found:
        words = [f"`{each}`" for each in found["enum"]]
        few = words if len(words) < _MANY_WORDS else [*words[:3], "…", words[-1]]
        return f"one of {', '.join(few)}"
    match found["type"]:
        case "array":
            return f"a list of: {_takes(found['items'], schema)}{_between(found, 'minItems', 'maxItems')}"
        case "object" if "properties" in found:
            return f"an object of {', '.join(f'`{each}`' for each in found['properties'])}"
        case "object":
            each = found.get("additionalProperties") or next(iter(found["patternProperties"].values()))
            return f"names, each with: {_takes(each, schema)}"
        case "boolean":
            return "`true` or `false`"
        case "string":
            pattern = found.get("pattern", "").replace("|", "\\|")
            return f"text like `{pattern}`" if pattern else _FORMATS.get(found.get("format", ""), "text")
        case kind:
            low = "exclusiveMinimum" if "exclusiveMinimum" in found else "minimum"
            return f"{'a whole number' if kind == 'integer' else 'a number'}{_between(found, low, 'maximum')}"


def _between(found: Schema, low: str, high: str) -> str:
    if low not in found and high not in found:
        return ""
    over = " over" if low.startswith("exclusive") else ""
    return f",{over} {found.get(low, 0):,} to {found[high]:,}" if high in found else f", at least {found[low]:,}"


def _members(value: Schema, schema: Schema) -> Mapping[str, Schema]:
    return _resolved(value, schema).get("properties", {})


def _resolved(value: Schema, schema: Schema) -> Schema:
    return schema["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else value


if __name__ == "__main__":
    main()

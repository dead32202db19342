"""`python -m tests.infra.snapshot` writes each stack's whole graph as text whose diff a reviewer can read.

`snapshots/<stack>.yaml` has what an up asks the engine for, resource by resource in the order of their names: inputs
(JSON documents as data), what it depends on, and the options that decide about its life. `<stack>.preview.yaml` has
what a preview of an empty account cannot know yet. Secrets are `[secret]`, what is unknown is `[unknown]`.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pulumi.runtime import rpc

from tests.infra.program import WHOLE_STACKS, Run, run_program
from tests.infra.recorder import Graph, Registered

SNAPSHOTS = Path(__file__).parent / "snapshots"
COMMAND = "python -m tests.infra.snapshot"
SECRET, UNKNOWN = "[secret]", "[unknown]"
_WIDTH = 120


class _Block(dict[str, Any]):
    """A mapping with a line for each key, however short."""


class _Dumper(yaml.SafeDumper):
    """Writes no anchors: what stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


_Dumper.add_representer(
    _Block,
    lambda dumper, block: dumper.represent_mapping("tag:yaml.org,2002:map", sorted(block.items()), flow_style=False),
)


def main() -> None:
    """Rewrites every snapshot."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name, text in pages(cache(run_program)).items():
        (SNAPSHOTS / name).write_text(text, encoding="utf-8")


def pages(program: Any) -> dict[str, str]:
    """Every snapshot by its file's name; `program` gives the graph of a run."""
    found = {}
    for run in WHOLE_STACKS:
        found[f"{run.stack}.yaml"] = page(program(run))
        found[f"{run.stack}.preview.yaml"] = unknown_page(program(Run(stack=run.stack, preview=True)))
    return found


def page(graph: Graph) -> str:
    """What a run asked for."""
    names = {resource.urn: _name(resource.urn) for resource in graph}
    blocks = [_block(names[each.urn], _described(each, names)) for each in sorted(graph, key=lambda each: each.urn)]
    return _page("What an up asks the engine for.", blocks)


def unknown_page(graph: Graph) -> str:
    """Which inputs of a preview are unknown, resource by resource."""
    unknown = {each.urn: sorted(set(_unknown(_readable(each.inputs)))) for each in graph}
    blocks = [_block(_name(urn), {"unknown": paths}) for urn, paths in sorted(unknown.items()) if paths]
    return _page("What a preview of an empty account cannot know yet.", blocks)


def _page(title: str, blocks: list[str]) -> str:
    return "\n".join([f"# {title} Written by `{COMMAND}`; the diff is what is reviewed.\n", *blocks])


def _block(name: str, content: Mapping[str, Any]) -> str:
    return yaml.dump(_Block({name: _Block(content)}), Dumper=_Dumper, width=_WIDTH, default_flow_style=None)


def _described(resource: Registered, names: Mapping[str, str]) -> dict[str, Any]:
    needed = sorted(_short(names.get(urn, urn)) for urn in set(resource.dependencies))
    options = {
        "(depends on)": needed,
        "(protected)": resource.protect,
        "(ignores)": sorted(resource.ignore_changes),
        "(was of type)": sorted(resource.former_types),
    }
    return _readable(resource.inputs) | {key: value for key, value in options.items() if value}


def _name(urn: str) -> str:
    """`fortress:data:Database$aws:rds/instance:Instance::database`."""
    return urn.split("::", 2)[2].removeprefix("pulumi:pulumi:Stack$")


def _short(name: str) -> str:
    return name.rpartition("$")[2]


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping) and rpc._special_sig_key in value:
        return SECRET
    if isinstance(value, Mapping):
        return {str(key): _readable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(each) for each in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if value is None or isinstance(value, bool | int | float) else UNKNOWN


def _text(value: str) -> Any:
    if value == rpc.UNKNOWN:
        return UNKNOWN
    if not value.startswith(("{", "[")):
        return value
    try:
        return _readable(json.loads(value))
    except ValueError:
        return value


def _unknown(value: Any, path: str = "") -> Iterator[str]:
    if value == UNKNOWN:
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _unknown(each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _unknown(each, f"{path}[]")


if __name__ == "__main__":
    main()

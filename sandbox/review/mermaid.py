"""The platform as a Mermaid flowchart, for the comment."""

import re
from collections.abc import Iterator

from sandbox.review.changes import Kind
from sandbox.review.platform import INTERNET, Box, Platform

COLOURS = {
    Kind.CREATE: ("#dafbe1", "#1a7f37"),
    Kind.UPDATE: ("#fff8c5", "#9a6700"),
    Kind.MOVE: ("#ddf4ff", "#0969da"),
    Kind.REPLACE: ("#fbefff", "#8250df"),
    Kind.DELETE: ("#ffebe9", "#cf222e"),
}
"""Fill and line of what changes."""
_OUTSIDE = "outside"
"""The internet once more, for what leaves: an arrow back would turn the chart around."""


def drawn(platform: Platform) -> Iterator[str]:
    """The lines of the flowchart."""
    yield "flowchart LR"
    yield f'  {_key(INTERNET)}(["internet"])'
    yield f'  subgraph {_key("network")}["{_text(platform.network) or "network"}"]'
    for tier in platform.tiers:
        yield from _group(f"tier {tier}", f"{tier} tier", [box for box in platform.boxes if box.place == tier], "    ")
    if platform.cluster:
        yield f'    subgraph {_key("cluster")}["{_text(platform.cluster)}"]'
        for place in platform.places("namespace "):
            yield from _group(place, place, [box for box in platform.boxes if box.place == place], "      ")
        yield "    end"
    yield "  end"
    if any(arrow.target == INTERNET for arrow in platform.arrows):
        yield f'  {_key(_OUTSIDE)}(["internet"])'
    changed = [index for index, arrow in enumerate(platform.arrows) if arrow.change]
    for arrow in platform.arrows:
        target = _OUTSIDE if arrow.target == INTERNET else arrow.target
        yield f'  {_key(arrow.source)} -->|"{_text(arrow.ports)}"| {_key(target)}'
    for index in changed:
        yield f"  linkStyle {index} stroke:{COLOURS[Kind.CREATE][1]},stroke-width:3px"
    for kind, (fill, line) in COLOURS.items():
        if keys := [_key(box.key) for box in platform.boxes if box.change is kind]:
            yield f"  classDef {kind} fill:{fill},stroke:{line},color:#1f2328,stroke-width:2px"
            yield f"  class {','.join(keys)} {kind}"


def _group(key: str, title: str, boxes: list[Box], indent: str) -> Iterator[str]:
    yield f'{indent}subgraph {_key(key)}["{_text(title)}"]'
    for box in boxes:
        yield f'{indent}  {_key(box.key)}["{_text(box.title)}<br/>{_text(box.kind)}"]'
    if not boxes:
        yield f'{indent}  {_key(key)}_none[" "]'
    yield f"{indent}end"


def _key(name: str) -> str:
    return "n_" + re.sub(r"\W", "_", name, flags=re.ASCII)


def _text(text: str) -> str:
    """Nothing that Mermaid or HTML would take as its own."""
    return re.sub(r"[^\w .,:/()+-]", " ", text)[:60]

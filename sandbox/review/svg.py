"""The platform as an SVG picture, for the docs: `python -m sandbox.review.svg REVIEW.json > platform.svg`."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from sandbox.review.mermaid import COLOURS
from sandbox.review.platform import INTERNET, Arrow, Box, Platform
from sandbox.review.verdict import REVIEW

_WIDTH, _HEIGHT, _GAP, _HEAD, _PAD, _AISLE = 216, 44, 14, 30, 16, 130
_PLAIN = ("#ffffff", "#57606a")
_STYLE = """text{font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#1f2328}
.title{font-size:14px;font-weight:600}
.kind{font-size:11px;fill:#57606a}.group{font-size:13px;font-weight:600;fill:#57606a}
.ports{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:5px;stroke-linejoin:round}"""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where something is, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def drawn(platform: Platform) -> str:
    """The internet left, then the tiers in their network; arrows run behind boxes, their ports stand over all."""
    frames, groups, boxes = _placed(platform)
    width = max(frame.x + frame.width for frame in frames.values()) + _PAD
    height = max(frame.y + frame.height for frame in frames.values()) + 60
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
    marker = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>'
    )
    background = f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    lines, ports = _arrows(platform, frames)
    parts = [head, f"<title>{escape(platform.network)}</title>", f"<style>{_STYLE}</style>", marker, background]
    return "\n".join([*parts, *groups, *lines, *boxes, *ports, *_legend(platform, height - 22), "</svg>"]) + "\n"


def _placed(platform: Platform) -> tuple[dict[str, Frame], list[str], list[str]]:
    """Where everything is; the groups, outermost first; the boxes."""
    frames: dict[str, Frame] = {INTERNET: Frame(x=_PAD, y=_PAD + 2 * _HEAD, width=120, height=_HEIGHT * 2)}
    groups: list[str] = []
    boxes = _box(Box(key=INTERNET, title=INTERNET, kind="anybody", place=""), frames[INTERNET])
    ends = {end for arrow in platform.arrows for end in (arrow.source, arrow.target)}
    left, top = _PAD + 120 + _AISLE, _PAD + _HEAD
    x = left + _PAD
    for tier in platform.tiers:
        y, wide, inner = top + _HEAD, _WIDTH + 2 * _PAD, []
        standing = [box for box in platform.boxes if box.place == tier]
        for box in sorted(standing, key=lambda each: each.key not in ends):
            boxes += _box(box, _framed(frames, box.key, x + _PAD, y))
            y += _HEIGHT + _GAP
        if tier == "private" and platform.cluster:
            y, inner, more = _cluster(platform, frames, x + _PAD, y)
            boxes += more
            wide = frames["cluster"].width + 2 * _PAD
        frames[f"tier {tier}"] = Frame(x=x, y=top, width=wide, height=max(y, top + 120) - top + _PAD)
        groups += [_group(frames[f"tier {tier}"], f"{tier} tier", "#f6f8fa"), *inner]
        x += wide + _AISLE
    bottom = max(frame.y + frame.height for frame in frames.values())
    frames["network"] = Frame(x=left, y=_PAD, width=max(x - _AISLE + _PAD - left, 240), height=bottom)
    return frames, [_group(frames["network"], platform.network, "#ffffff"), *groups], boxes


def _cluster(platform: Platform, frames: dict[str, Frame], x: float, top: float) -> tuple[float, list[str], list[str]]:
    groups, boxes, y = [], [], top + _HEAD
    for place in platform.places("namespace "):
        start, y = y, y + _HEAD
        for box in (each for each in platform.boxes if each.place == place):
            boxes += _box(box, _framed(frames, box.key, x + 2 * _PAD, y))
            y += _HEIGHT + _GAP
        frames[place] = Frame(x=x + _PAD, y=start, width=_WIDTH + 2 * _PAD, height=y - start)
        groups.append(_group(frames[place], place, "#eef6ff"))
        y += _GAP
    frames["cluster"] = Frame(x=x, y=top, width=_WIDTH + 4 * _PAD, height=y - top)
    line = COLOURS[platform.cluster_change][1] if platform.cluster_change else _PLAIN[1]
    return y + _GAP, [_group(frames["cluster"], platform.cluster, "#ffffff", line), *groups], boxes


def _framed(frames: dict[str, Frame], key: str, x: float, y: float) -> Frame:
    frames[key] = Frame(x=x, y=y, width=_WIDTH, height=_HEIGHT)
    return frames[key]


def _box(box: Box, at: Frame) -> list[str]:
    fill, line = COLOURS[box.change] if box.change else _PLAIN
    title = box.title if len(box.title) <= 26 else box.title[:25] + "…"
    middle = at.x + at.width / 2
    texts = [_text(middle, at.middle - 3, title, "title", "middle"),
             _text(middle, at.middle + 13, box.kind, "kind", "middle")]  # fmt: skip
    return [_rectangle(at, fill, line, 2 if box.change else 1), *texts]


def _group(at: Frame, title: str, fill: str, line: str = "#d0d7de") -> str:
    return _rectangle(at, fill, line, 1) + _text(at.x + 12, at.y + 20, title, "group", "start")


def _rectangle(at: Frame, fill: str, line: str, thickness: int) -> str:
    place = f'x="{at.x:g}" y="{at.y:g}" width="{at.width:g}" height="{at.height:g}"'
    return f'<rect {place} rx="6" fill="{fill}" stroke="{line}" stroke-width="{thickness}"/>'


def _text(x: float, y: float, text: str, name: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{name}" text-anchor="{anchor}">{escape(text)}</text>'


def _arrows(platform: Platform, frames: dict[str, Frame]) -> tuple[list[str], list[str]]:
    """The lines, and the ports that stand over them."""
    known = [each for each in platform.arrows if each.source in frames and each.target in frames]
    lines, ports = [], []
    for arrow in known:
        x1, y1, out = _end(arrow, "source", known, frames)
        x2, y2, into = _end(arrow, "target", known, frames)
        reach = max(40, abs(x2 - x1) / 2) if out != into else 26 + abs(y2 - y1) / 9
        colour, width = (COLOURS[arrow.change][1], 2.5) if arrow.change else (_PLAIN[1], 1.3)
        bend = f"M{x1:g} {y1:g}C{x1 + out * reach:g} {y1:g} {x2 + into * reach:g} {y2:g} {x2:g} {y2:g}"
        lines.append(f'<path d="{bend}" fill="none" stroke="{colour}" stroke-width="{width}" marker-end="url(#tip)"/>')
        share = 0.5 if out == into else 1 - min(0.2, 45 / max(1, abs(x2 - x1)))
        x, y = _along(x1, y1, x1 + out * reach, x2 + into * reach, x2, y2, share)
        ports.append(_text(round(x, 1), round(y, 1), arrow.ports, "ports", "middle"))
    return lines, ports


def _along(x1: float, y1: float, c1: float, c2: float, x2: float, y2: float, t: float) -> tuple[float, float]:
    """A point on the curve, a little over it."""
    u = 1 - t
    x = u**3 * x1 + 3 * u * u * t * c1 + 3 * u * t * t * c2 + t**3 * x2
    return x, (u**3 + 3 * u * u * t) * y1 + (3 * u * t * t + t**3) * y2 - 5


def _end(arrow: Arrow, end: str, known: list[Arrow], frames: dict[str, Frame]) -> tuple[float, float, int]:
    """Where an arrow touches its box, apart from the others on that side; and the way it leaves there."""
    key, side = getattr(arrow, end), _side(arrow, end, frames)
    touching = [
        (_other(each, way, frames).middle, each.ports, way, each)
        for each in known
        for way in ("source", "target")
        if getattr(each, way) == key and _side(each, way, frames) == side
    ]
    ranked = [(each, way) for _, _, way, each in sorted(touching, key=lambda item: item[:3])]
    frame = frames[key]
    y = frame.y + frame.height * (ranked.index((arrow, end)) + 1) / (len(ranked) + 1)
    return (frame.x + frame.width if side > 0 else frame.x), y, side


def _side(arrow: Arrow, end: str, frames: dict[str, Frame]) -> int:
    own, other = frames[getattr(arrow, end)], _other(arrow, end, frames)
    return -1 if other.x + other.width <= own.x else 1


def _other(arrow: Arrow, end: str, frames: dict[str, Frame]) -> Frame:
    return frames[arrow.target if end == "source" else arrow.source]


def _legend(platform: Platform, y: float) -> Iterator[str]:
    shown = {platform.cluster_change, *(each.change for each in (*platform.boxes, *platform.arrows))}
    for number, kind in enumerate(kind for kind in COLOURS if kind in shown):
        fill, line = COLOURS[kind]
        at = Frame(x=_PAD + number * 100, y=y - 12, width=16, height=16)
        yield _rectangle(at, fill, line, 2) + _text(at.x + 24, y, kind.done, "kind", "start")


def main(files: Sequence[str]) -> None:
    """Prints the picture of the review in a file."""
    platform = REVIEW.validate_json(Path(files[0]).read_bytes()).platform
    if platform is None:
        sys.exit(f"error: {files[0]} has no picture: nothing was compared")
    sys.stdout.write(drawn(platform))


if __name__ == "__main__":
    main(sys.argv[1:])

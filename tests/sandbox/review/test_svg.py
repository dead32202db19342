"""The picture is well-formed, has everything once, and nothing runs out of its group."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sandbox.review import svg
from sandbox.review.changes import Kind
from sandbox.review.mermaid import COLOURS
from sandbox.review.platform import INTERNET, Arrow, Box, Platform
from sandbox.review.verdict import REVIEW, Review

NAMESPACE = "{http://www.w3.org/2000/svg}"
BOXES = (
    Box(key="LoadBalancer edge", title="edge", kind="load balancer", place="public", change=Kind.CREATE),
    Box(key="Deployment api", title="api", kind="Deployment", place="namespace orders"),
    Box(key="Instance database", title="database", kind="PostgreSQL", place="data", change=Kind.DELETE),
)
PLATFORM = Platform(
    network="network 10.0.0.0/16", cluster="cluster (EKS)", cluster_change=None, boxes=BOXES,
    arrows=(
        Arrow(source=INTERNET, target="LoadBalancer edge", ports="443", change=Kind.CREATE),
        Arrow(source="namespace orders", target="Instance database", ports="5432"),
        Arrow(source="tier private", target="cluster", ports="8080"),
    ),
)  # fmt: skip


def _root(platform: Platform) -> ElementTree.Element:
    return ElementTree.fromstring(svg.drawn(platform))


def _texts(platform: Platform, name: str) -> list[str]:
    return [each.text or "" for each in _root(platform).iter(f"{NAMESPACE}text") if each.get("class") == name]


def _rectangles(platform: Platform) -> list[tuple[float, float, float, float]]:
    sides = ("x", "y", "width", "height")
    found = [[float(each.get(side, 0)) for side in sides] for each in _root(platform).iter(f"{NAMESPACE}rect")]
    return [(x, y, x + width, y + height) for x, y, width, height in found]


def test_each_box_group_and_arrow_is_drawn_once():
    assert sorted(_texts(PLATFORM, "title")) == ["api", "database", "edge", "internet"]
    assert _texts(PLATFORM, "group") == ["network 10.0.0.0/16", "public tier", "private tier", "cluster (EKS)",
                                         "namespace orders", "data tier"]  # fmt: skip
    assert _texts(PLATFORM, "ports") == ["443", "5432", "8080"]


def test_two_shapes_lie_apart_or_one_in_the_other():
    found = _rectangles(PLATFORM)
    for number, (x1, y1, x2, y2) in enumerate(found):
        for u1, v1, u2, v2 in found[number + 1 :]:
            apart = x2 <= u1 or u2 <= x1 or y2 <= v1 or v2 <= y1
            inside = (x1 <= u1 and y1 <= v1 and u2 <= x2 and v2 <= y2) or (
                u1 <= x1 and v1 <= y1 and x2 <= u2 and y2 <= v2
            )
            assert apart or inside


def test_what_changes_has_its_colour_and_the_legend_only_those():
    strokes = [each.get("stroke") for each in _root(PLATFORM).iter(f"{NAMESPACE}path")]
    assert COLOURS[Kind.CREATE][1] in strokes
    assert [text for text in _texts(PLATFORM, "kind") if text.endswith("ed")] == ["created", "deleted"]
    unchanged = replace(PLATFORM, boxes=tuple(replace(box, change=None) for box in BOXES), arrows=())
    assert all(line not in svg.drawn(unchanged) for _, line in COLOURS.values())


def test_a_name_from_a_fork_is_text_and_nothing_else():
    evil = Box(key="x", title="<script>alert(1)</script>", kind='"><image href="x"/>', place="data")
    found = _root(replace(PLATFORM, boxes=(evil,), network="</title><script/>"))
    assert not [each for each in found.iter() if each.tag.rpartition("}")[2] in ("script", "image")]


def test_a_review_is_drawn_from_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], review_of: Callable[[str], Review]
):
    (tmp_path / "review.json").write_bytes(REVIEW.dump_json(review_of("port-opened")))
    svg.main([str(tmp_path / "review.json")])
    assert ">database</text>" in capsys.readouterr().out


def test_a_review_without_a_picture_is_refused(tmp_path: Path, review_of: Callable[[str], Review]):
    failed = replace(review_of("nothing"), platform=None, failure="it failed")
    (tmp_path / "review.json").write_bytes(REVIEW.dump_json(failed))
    with pytest.raises(SystemExit, match="has no picture"):
        svg.main([str(tmp_path / "review.json")])

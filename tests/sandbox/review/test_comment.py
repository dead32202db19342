"""Each small change has the comment reviewed for it; `python -m tests.sandbox.review.test_comment` writes them anew."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sandbox.review.comment import LIMIT, MARKER, comment
from sandbox.review.comment import main as print_comment
from sandbox.review.graph import Graph, Node
from sandbox.review.verdict import REVIEW, Review, Status
from tests.sandbox.review import revisions
from tests.sandbox.review.revisions import HERE, REVISIONS

EXPECTED = HERE / "expected"


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_change_has_its_reviewed_comment(revision: str, review_of: Callable[[str], Review]):
    assert comment([review_of(revision)]) == (EXPECTED / f"{revision}.md").read_text()


def test_the_same_comparison_twice_is_the_same_byte_for_byte(tmp_path: Path, graph_of: Callable[[str], Graph]):
    again = revisions.compared(revisions.graph(tmp_path / "base", "nothing"),
                               revisions.graph(tmp_path / "head", "engine-upgrade"))  # fmt: skip
    first = revisions.compared(graph_of("nothing"), graph_of("engine-upgrade"))
    assert REVIEW.dump_json(again) == REVIEW.dump_json(first)
    assert comment([again]) == comment([first])


def test_a_huge_change_fits_and_says_what_it_left_out():
    head = Graph(nodes={f"urn:{number}": _topic(number) for number in range(5000)})
    found = revisions.compared(Graph(), head)
    text = comment([found])
    assert len(text.encode()) <= LIMIT
    assert "🟩 5000 created" in text
    assert "more: the JSON has all" in text


def test_many_stacks_share_one_comment_within_the_limit(review_of: Callable[[str], Review]):
    text = comment([review_of("address-range")] * 12)
    assert text.count("## Stack") == 12
    assert text.count(MARKER) == 1
    assert len(text.encode()) <= LIMIT


def test_text_from_a_fork_is_shown_and_does_nothing():
    evil = "x`</details> @everyone | <img src=https://evil.example>\n# owned [a](https://evil.example)"
    node = Node(urn="urn:evil", type="aws:sns/topic:Topic", name=evil, custom=True, inputs={"name": evil})
    text = comment([revisions.compared(Graph(nodes={"urn:a": _topic(1)}), Graph(nodes={"urn:evil": node}))])
    outside = [part for line in text.splitlines() for part in line.split("`")[::2]]
    assert not any("evil" in part or "@everyone" in part or "owned" in part for part in outside)
    assert "\n# owned" not in text


def test_no_text_of_an_untrusted_file_does_anything(review_of: Callable[[str], Review]):
    evil = "x @everyone <img src=a> [a](https://evil.example) ![a](b)\n# owned ``` www.evil.example"
    reviews = [json.loads(REVIEW.dump_json(review_of(name))) for name in ("less-safe", "rename-without-alias")]
    text = comment([REVIEW.validate_python(_spoiled(each, evil)) for each in reviews])
    assert text.count("```") == 2 * text.count("```mermaid\n")
    unfenced = re.sub(r"```mermaid\n.*?```", "", text, flags=re.DOTALL)
    outside = "\n".join(part for line in unfenced.splitlines() for part in line.split("`")[::2])
    for works in ("@e", "<img", "](", "https://e", "www.e", "\n# owned"):
        assert works not in outside.replace("\\<", "").replace("\\]", "")


def _spoiled(part: Any, evil: str, name: str = "") -> Any:
    """Every text that is free to say anything says something evil."""
    if isinstance(part, dict):
        return {key: _spoiled(value, evil, key) for key, value in part.items()}
    if isinstance(part, list):
        return [_spoiled(each, evil, name) for each in part]
    return evil if isinstance(part, str) and name not in ("kind", "change", "state", "failure") else part


def test_a_secret_shows_as_changed_and_never_as_itself(tmp_path: Path, graph_of: Callable[[str], Graph]):
    folder = revisions.write(tmp_path, "nothing")
    (folder / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-central-1\n  shop:aws_secret: hunter2\n")
    head = revisions.collect(folder, "dev", [], revisions.KEY)
    text = comment([revisions.compared(graph_of("nothing"), head)])
    assert "`password`: `[secret] (as it was)` → `[secret] (another)`" in text
    assert "hunter2" not in text
    assert "hunter2" not in revisions.canonical(head)


def test_what_is_no_review_is_refused_without_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "review.json").write_text('{"stack": "dev", "changes": 7}')
    assert print_comment([str(tmp_path / "review.json")]) == Status.ERROR
    assert "is no review of this version" in capsys.readouterr().err


def test_a_review_goes_through_a_file_unchanged(
    tmp_path: Path, review_of: Callable[[str], Review], capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "review.json").write_bytes(REVIEW.dump_json(review_of("port-opened")))
    assert print_comment([str(tmp_path / "review.json")]) == Status.HARMLESS
    assert capsys.readouterr().out == (EXPECTED / "port-opened.md").read_text()


def _topic(number: int) -> Node:
    return Node(urn=f"urn:{number}", type="aws:sns/topic:Topic", name=f"topic-{number}", custom=True)


def _write() -> None:
    with TemporaryDirectory() as folder:
        base = revisions.graph(Path(folder) / "base", "nothing")
        for revision in REVISIONS:
            head = revisions.graph(Path(folder) / revision, revision)
            (EXPECTED / f"{revision}.md").write_text(comment([revisions.compared(base, head)]))


if __name__ == "__main__":
    sys.exit(_write())

"""What the documents name exists, and what exists is named."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
DOCUMENTS = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
README_LINES_AT_MOST = 165


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_make_target_in_a_document_exists(document: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s&|;)]|$)", "\n".join(_code(document.read_text()))))
    assert named <= _targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_relative_link_in_a_document_leads_to_a_file(document: Path) -> None:
    prose = re.sub(r"`[^`\n]+`", "", document.read_text())
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", prose)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    folders = r"\.ci|\.github|app|docs|infra|policies|requirements|sandbox|tests"
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", document.read_text())
    assert [path for path in named if not (CHECKOUT / path).exists()] == []


def test_every_make_target_is_in_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text()
    assert {target for target in _targets() if f"make {target}" not in readme} == set()


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((CHECKOUT / "README.md").read_text().splitlines()) <= README_LINES_AT_MOST


def _code(markdown: str) -> list[str]:
    """Fenced blocks and inline code: where commands stand."""
    fenced = re.findall(r"^```.*?^```", markdown, re.MULTILINE | re.DOTALL)
    return [*fenced, *re.findall(r"`[^`\n]+`", markdown)]

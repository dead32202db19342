"""What the documents name exists, and what exists is named."""

import re
from pathlib import Path

import pytest

from app.domain.user import Scope
from infra.components.identity import RESOURCE_SERVER

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


def test_the_way_to_the_first_order_names_every_output_and_scope_that_it_takes() -> None:
    way = (CHECKOUT / "docs/operations/deploy.md").read_text()
    program = (CHECKOUT / "infra/blueprint.py").read_text()
    named = {*re.findall(r"stack output (\w+)", way), *re.findall(r"outputs? `(\w+)`", way)}
    assert {"api_url", "apply_role_arn", "name_servers", "repository_url", "user_pool_client_id"} <= named
    assert [name for name in named if f'"{name}": ' not in program] == []
    (asked,) = re.findall(r"&scope=(\S+)\"", way)
    assert set(asked.split("+")) - {"openid"} == {f"{RESOURCE_SERVER}/{scope}" for scope in Scope}


def test_every_variable_of_a_workflow_is_named_where_somebody_sets_them() -> None:
    workflows = "".join(path.read_text() for path in (CHECKOUT / ".github/workflows").glob("*.yml"))
    told = "".join((CHECKOUT / name).read_text() for name in ("docs/operations/deploy.md", "docs/review.md"))
    told += (CHECKOUT / ".github/workflows/release.yml").read_text().partition("name: release")[0]
    used = set(re.findall(r"vars\.([A-Z_]+)", workflows))
    used |= {f"DEV_{name}" for name in re.findall(r"vars\[format\('\{0\}_(\w+)'", workflows)}
    used |= {"RUNNER_DEV", "RUNNER_PROD"}
    assert {name for name in used if name not in told} == set()


def test_every_make_target_is_in_the_readme() -> None:
    readme = (CHECKOUT / "README.md").read_text()
    assert {target for target in _targets() if f"make {target}" not in readme} == set()


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((CHECKOUT / "README.md").read_text().splitlines()) <= README_LINES_AT_MOST


def _code(markdown: str) -> list[str]:
    """Fenced blocks and inline code: where commands stand."""
    fenced = re.findall(r"^```.*?^```", markdown, re.MULTILINE | re.DOTALL)
    return [*fenced, *re.findall(r"`[^`\n]+`", markdown)]

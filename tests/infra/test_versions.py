import ast
import re
from pathlib import Path

import pytest

from infra import versions
from tests.infra.program import CHECKOUT

VERSION = re.compile(r"^v?\d+(\.(\d+|x))+(-?[a-z0-9.]+)?$")
SOURCES = sorted(path for path in (CHECKOUT / "infra").rglob("*.py") if path.name != "versions.py")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_version_is_written_outside_the_one_place(source: Path) -> None:
    texts = [node.value for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and VERSION.match(text)] == []


def test_every_version_is_pinned_and_known_to_the_update_bot() -> None:
    lines = (CHECKOUT / "infra" / "versions.py").read_text().splitlines()
    pinned = [index for index, line in enumerate(lines) if re.match(r'^[A-Z_]+ = "v?\d', line)]
    assert len(pinned) == 16
    for index in pinned:
        assert re.match(r"# renovate: datasource=\S+ depName=\S+", lines[index - 1]), lines[index]


def test_the_parameter_families_follow_their_engines() -> None:
    assert versions.postgresql_family() == f"postgres{versions.POSTGRESQL}"
    assert versions.valkey_family() == f"valkey{versions.VALKEY[0]}"


def test_the_image_of_the_collector_has_its_version() -> None:
    named = f"{versions.COLLECTOR_REPOSITORY}:{versions.COLLECTOR}@{versions.COLLECTOR_DIGEST}"
    assert versions.collector_image() == named


@pytest.mark.parametrize("name", [name for name in vars(versions) if name.endswith("_REPOSITORY")])
def test_every_image_comes_from_a_mirrored_upstream(name: str) -> None:
    assert vars(versions)[name].partition("/")[0] in versions.UPSTREAM_REGISTRIES

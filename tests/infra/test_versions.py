import ast
import json
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


def test_every_version_is_pinned_and_says_where_newer_ones_are_told() -> None:
    lines = (CHECKOUT / "infra" / "versions.py").read_text().splitlines()
    pinned = [index for index, line in enumerate(lines) if re.match(r'^[A-Z_]+ = "v?\d', line)]
    assert len(pinned) == 16
    for index in pinned:
        assert re.match(r"# (renovate: datasource=|aws eks describe-addon-versions |https://)\S+", lines[index - 1])


def test_the_update_bot_reads_every_comment_that_is_meant_for_it() -> None:
    settings = json.loads((CHECKOUT / ".github" / "renovate.json").read_text())
    (manager,) = settings["customManagers"]
    (path,) = manager["managerFilePatterns"]
    assert re.search(path.strip("/"), "infra/versions.py")
    (pattern,) = manager["matchStrings"]
    text = (CHECKOUT / "infra" / "versions.py").read_text()
    read = [found.groupdict() for found in re.finditer(pattern.replace("(?<", "(?P<"), text)]
    assert len(read) == text.count("# renovate: ") == 10
    (collector,) = [each for each in read if each["depName"].endswith("aws-otel-collector")]
    assert (collector["currentValue"], collector["currentDigest"]) == (versions.COLLECTOR, versions.COLLECTOR_DIGEST)


def test_the_parameter_families_follow_their_engines() -> None:
    assert versions.postgresql_family() == f"postgres{versions.POSTGRESQL}"
    assert versions.valkey_family() == f"valkey{versions.VALKEY[0]}"


def test_the_image_of_the_collector_has_its_version() -> None:
    named = f"{versions.COLLECTOR_REPOSITORY}:{versions.COLLECTOR}@{versions.COLLECTOR_DIGEST}"
    assert versions.collector_image() == named


@pytest.mark.parametrize("name", [name for name in vars(versions) if name.endswith("_REPOSITORY")])
def test_every_image_comes_from_a_mirrored_upstream(name: str) -> None:
    assert vars(versions)[name].partition("/")[0] in versions.UPSTREAM_REGISTRIES

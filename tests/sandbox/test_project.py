from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.project import Configuration, Project
from sandbox.state.passphrase import Passphrase
from tests.sandbox.state.test_passphrase import SEALED_BY_THE_CLI, WRITTEN_BY_THE_CLI

PASSPHRASE = Passphrase("pw", WRITTEN_BY_THE_CLI)
DECLARED = """name: shop
runtime: python
main: infra/__main__.py
config:
  size: {type: integer, default: 3}
  shop:zones: {type: array, items: {type: string}}
  aws:region: eu-west-1
"""


def configured(folder: Path, stack_file: str, **overrides: object) -> Configuration:
    (folder / "Pulumi.yaml").write_text(DECLARED)
    (folder / "Pulumi.local.yaml").write_text(stack_file)
    return Project.load(folder).configuration("local", PASSPHRASE, overrides=overrides)


def test_defaults_stand_under_the_stacks_values_and_overrides_over_them(tmp_path: Path) -> None:
    found = configured(tmp_path, "config: {'shop:zones': [a, b], 'shop:name': one}", name="two")
    assert found.values == {"shop:size": "3", "shop:zones": '["a", "b"]', "shop:name": "two", "aws:region": "eu-west-1"}
    assert found.of_package("aws") == {"region": "eu-west-1"}


def test_another_file_stands_for_the_stacks(tmp_path: Path) -> None:
    configured(tmp_path, "config: {'shop:zones': []}")
    other = tmp_path / "other.yaml"
    other.write_text("config: {'shop:zones': [], 'shop:size': 7}")
    assert Project.load(tmp_path).configuration("local", PASSPHRASE, file=other).values["shop:size"] == "7"


def test_a_secret_is_opened_and_known_as_one(tmp_path: Path) -> None:
    found = configured(tmp_path, f"config: {{'shop:zones': [], 'shop:key': {{secure: '{SEALED_BY_THE_CLI}'}}}}")
    assert found.values["shop:key"] == '"hush"'
    assert found.secret_keys == {"shop:key"}


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="Stack 'local' is missing configuration value 'shop:zones'"):
        configured(tmp_path, "")


@pytest.mark.parametrize("value", ["many", "true", "[1]"])
def test_a_value_of_another_type_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SandboxError, match="configuration key 'shop:size' must be of type 'integer'"):
        configured(tmp_path, f"config: {{'shop:zones': [], 'shop:size': {value}}}")


def test_the_program_is_what_main_names(tmp_path: Path) -> None:
    configured(tmp_path, "config: {'shop:zones': []}")
    assert Project.load(tmp_path).main == tmp_path / "infra/__main__.py"


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"no Pulumi\.yaml in"):
        Project.load(tmp_path)


def test_a_stack_without_a_file_is_refused_with_those_that_have_one(tmp_path: Path) -> None:
    configured(tmp_path, "config: {'shop:zones': []}")
    project = Project.load(tmp_path)
    project.refuse_unknown("local")
    with pytest.raises(SandboxError, match="no stack 'locl'; allowed are local"):
        project.refuse_unknown("locl")

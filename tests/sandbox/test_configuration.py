from pathlib import Path

import yaml

from sandbox import configuration


def test_the_local_configuration_is_the_committed_one_with_the_image_digest(tmp_path: Path) -> None:
    committed = tmp_path / "Pulumi.local.yaml"
    committed.write_text("config:\n  aws:region: eu-west-1\n")
    configuration.write(committed, tmp_path / "local.yaml", "sha256:ab")
    assert yaml.safe_load((tmp_path / "local.yaml").read_text()) == {
        "config": {"aws:region": "eu-west-1", "fortress:image_digest": "sha256:ab"}
    }
    assert committed.read_text() == "config:\n  aws:region: eu-west-1\n"


def test_the_encryption_salt_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    committed, local = tmp_path / "Pulumi.local.yaml", tmp_path / "local.yaml"
    committed.write_text("config: {}\n")
    local.write_text("encryptionsalt: v1:salt\nconfig: {}\n")
    configuration.write(committed, local, "sha256:cd")
    assert yaml.safe_load(local.read_text())["encryptionsalt"] == "v1:salt"

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


def test_what_the_schema_is_contracted_to_stays_until_it_is_changed(tmp_path: Path) -> None:
    committed, local = tmp_path / "Pulumi.local.yaml", tmp_path / "local.yaml"
    committed.write_text("config:\n  fortress:release:\n    strategy: canary\n")
    configuration.write(committed, local, "sha256:ab")
    assert "contract_to" not in local.read_text()
    for asked, kept in (("contract_a", "contract_a"), (None, "contract_a"), ("base", "base")):
        configuration.write(committed, local, "sha256:ab", contraction=asked)
        release = yaml.safe_load(local.read_text())["config"]["fortress:release"]
        assert release == {"strategy": "canary", "contract_to": kept}
    configuration.keep_contraction(local, None)
    assert configuration.contract_to(local) is None
    assert yaml.safe_load(local.read_text())["config"]["fortress:release"] == {"strategy": "canary"}


def test_the_encryption_salt_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    committed, local = tmp_path / "Pulumi.local.yaml", tmp_path / "local.yaml"
    committed.write_text("config: {}\n")
    local.write_text("encryptionsalt: v1:salt\nconfig: {}\n")
    configuration.write(committed, local, "sha256:cd")
    assert yaml.safe_load(local.read_text())["encryptionsalt"] == "v1:salt"

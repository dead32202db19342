"""The jars of the broker."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sandbox.parts import kafka_jars
from sandbox.parts.part import PartError


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One jar that is there already and locked, and one that a newer lock dropped."""
    jars = tmp_path / "kafka"
    jars.mkdir()
    (jars / "broker-1.0.jar").write_bytes(b"jar")
    (jars / "broker-0.9.jar").write_bytes(b"old")
    lock = tmp_path / "kafka.sha256"
    lock.write_text(f"{hashlib.sha256(b'jar').hexdigest()} org.example:broker:1.0\n")
    monkeypatch.setattr(kafka_jars, "JARS", jars)
    monkeypatch.setattr(kafka_jars, "LOCK", lock)
    return jars


class Repository:
    """Stands for Maven Central: every artifact is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, **_: Path) -> Repository:
        return self

    def project(self, *_: str) -> Repository:
        return self

    def at_version(self, *_: str) -> Repository:
        return self

    def artifact(self) -> Repository:
        return self

    def resolve(self) -> Path:
        downloaded = self._folder / "downloaded.jar"
        downloaded.write_bytes(b"jar")
        return downloaded


def test_what_is_installed_is_not_fetched_again_and_what_is_not_locked_goes(installed: Path) -> None:
    kafka_jars.fetch()
    assert [jar.name for jar in installed.iterdir()] == ["broker-1.0.jar"]


def test_a_changed_jar_is_fetched_anew(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_jars, "MavenContext", Repository(tmp_path))
    (installed / "broker-1.0.jar").write_bytes(b"tampered")
    kafka_jars.fetch()
    assert (installed / "broker-1.0.jar").read_bytes() == b"jar"


def test_a_download_that_is_not_what_was_locked_is_refused(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_jars, "MavenContext", Repository(tmp_path))
    kafka_jars.LOCK.write_text(f"{'0' * 64} org.example:broker:2.0\n")
    with pytest.raises(PartError, match=r"org\.example:broker:2\.0: its sha256 is .*, kafka\.sha256 allows 0000"):
        kafka_jars.fetch()
    assert not (installed / "broker-2.0.jar").exists()


def test_the_lock_names_the_broker_that_the_coordinates_ask_for() -> None:
    locked = {line.split()[1] for line in kafka_jars.LOCK.read_text().splitlines()}
    assert set(kafka_jars.COORDINATES.split("+")) <= locked

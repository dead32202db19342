"""The workflows as text, and the script that publishes an image against programs that only say what they were told."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
WORKFLOWS = sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))
PUBLISH = CHECKOUT / ".ci" / "publish_image"
REGISTRY = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = "sha256:" + "a" * 64
AMD64, ARM64 = "sha256:" + "b" * 64, "sha256:" + "c" * 64
MANIFESTS = [
    {"digest": AMD64, "platform": {"os": "linux", "architecture": "amd64"}},
    {"digest": ARM64, "platform": {"os": "linux", "architecture": "arm64"}},
    {"digest": "sha256:" + "d" * 64, "platform": {"os": "unknown", "architecture": "unknown"}},
]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_one_commit_with_its_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (?!\./)(.+)", path.read_text())
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_the_image_is_built_from_one_digest_and_by_no_frontend_from_elsewhere() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert set(bases) == {"${PYTHON_IMAGE}"}
    (base,) = [line.partition("=")[2] for line in lines if line.startswith("ARG PYTHON_IMAGE=")]
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)
    assert [line for line in lines if line.startswith("# syntax=")] == []


class Programs:
    """`aws`, `docker` and `skopeo` that write down what they were called with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(
        self, *, repository: str, there: bool = False, scanning: bool = False, findings: str = "{}"
    ) -> subprocess.CompletedProcess[str]:
        self._program("docker", "cat > /dev/null")
        self._program("skopeo", f"[ $1 = inspect ] && echo '{json.dumps({'manifests': MANIFESTS})}' || true")
        self._program(
            "aws",
            f'case "$2" in describe-images) exit {0 if there else 254};; '
            f"start-image-scan) exit {254 if scanning else 0};; "
            f"describe-image-scan-findings) echo '{findings}';; esac",
        )
        path = f"{self._folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [PUBLISH, "image.tar", repository, DIGEST], env={"PATH": path}, capture_output=True, text=True, check=False
        )

    def calls(self, name: str) -> list[str]:
        log = self._folder / f"{name}.log"
        return log.read_text().splitlines() if log.exists() else []

    def _program(self, name: str, body: str) -> None:
        program = self._folder / name
        program.write_text(f'#!/usr/bin/env bash\necho "$*" >> {self._folder}/{name}.log\n{body}\n')
        program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    if shutil.which("jq") is None:
        pytest.skip("no jq on PATH, which the pipeline's runners have")
    return Programs(tmp_path)


def test_an_image_is_pushed_whole_under_its_own_digest_and_scanned_for_each_architecture(programs: Programs) -> None:
    done = programs.publish(repository=f"{REGISTRY}/orders")
    assert done.stdout == f"digest={DIGEST}\n", done.stderr
    copied = f"copy --all --preserve-digests oci-archive:image.tar docker://{REGISTRY}/orders:{'a' * 64}"
    assert copied in programs.calls("skopeo")
    waited = [call for call in programs.calls("aws") if "wait image-scan-complete" in call]
    assert [call.rpartition("=")[2] for call in waited] == [AMD64, ARM64]


def test_a_scan_is_asked_for_before_it_is_waited_for_and_one_that_has_begun_is_no_failure(programs: Programs) -> None:
    done = programs.publish(repository=f"{REGISTRY}/orders", scanning=True)
    assert done.returncode == 0, done.stderr
    verbs = [call.split()[1] for call in programs.calls("aws") if f"imageDigest={ARM64}" in call]
    assert verbs == ["start-image-scan", "wait", "describe-image-scan-findings"]


def test_an_image_that_is_there_is_not_pushed_again(programs: Programs) -> None:
    assert programs.publish(repository=f"{REGISTRY}/orders", there=True).returncode == 0
    assert [call for call in programs.calls("skopeo") if call.startswith("copy")] == []


def test_a_critical_finding_stops_the_release(programs: Programs) -> None:
    done = programs.publish(repository=f"{REGISTRY}/orders", findings='{"CRITICAL": 1, "HIGH": 2}')
    assert done.returncode == 1
    assert "2 critical findings" in done.stderr
    assert "digest=" not in done.stdout


def test_an_image_that_was_found_clean_has_no_counts_at_all(programs: Programs) -> None:
    assert programs.publish(repository=f"{REGISTRY}/orders", findings="null").returncode == 0


def test_without_a_registry_there_is_no_image_and_no_failure(programs: Programs) -> None:
    done = programs.publish(repository="")
    assert (done.returncode, done.stdout) == (0, "digest=\n")
    assert programs.calls("aws") == []

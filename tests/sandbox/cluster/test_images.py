import json
import sys
from pathlib import Path

import pytest

from sandbox.cluster.images import ImageNotFoundError, executable, find

DIGEST = "sha256:" + "b" * 64


def test_an_own_image_runs_in_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "images" / DIGEST.replace(":", "-")
    folder.mkdir(parents=True)
    assert find(tmp_path, f"registry.example.com/orders@{DIGEST}", "127.64.0.3").folder == folder


@pytest.mark.parametrize("reference", ["registry.example.com/orders:latest", "orders@sha256:../../etc", "nginx"])
def test_an_image_that_is_not_here_is_named_with_what_is(tmp_path: Path, reference: str) -> None:
    (tmp_path / "images" / DIGEST.replace(":", "-")).mkdir(parents=True)
    with pytest.raises(ImageNotFoundError, match=f"{reference}.* is not on this machine; there are: {DIGEST}"):
        find(tmp_path, reference, "127.64.0.3")


def test_a_collector_is_rotel_on_the_address_of_the_pod_and_passes_on_to_where_traces_end(tmp_path: Path) -> None:
    part = tmp_path / "parts" / "collector"
    part.mkdir(parents=True)
    (part / "part.json").write_text(json.dumps({"kind": "collector", "name": "collector", "port": 14318}))
    image = find(tmp_path, "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3", "127.64.0.3")
    assert "--otlp-http-endpoint=127.64.0.3:4318" in image.command
    assert "--otlp-exporter-endpoint=http://127.0.0.1:14318" in image.command
    assert Path(executable(image.command[0])).is_file()


def test_python_is_the_interpreter_of_this_environment() -> None:
    assert executable("python") == sys.executable
    assert executable("/bin/sleep") == "/bin/sleep"

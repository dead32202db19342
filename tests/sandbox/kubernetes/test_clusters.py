"""A cluster is used only when it is named and has what a rollout is written in."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from sandbox.kubernetes import clusters
from sandbox.parts.part import PartError

VERSION = {"major": "1", "minor": "34", "gitVersion": "v1.34.4"}


class ApiWithoutCustomResources(BaseHTTPRequestHandler):
    """Discovery of an API server that serves no kind at all."""

    def do_GET(self) -> None:
        known = {
            "/version": VERSION,
            "/api": {"kind": "APIVersions", "versions": []},
            "/apis": {"kind": "APIGroupList", "groups": []},
        }
        body = json.dumps(known[self.path.rstrip("/")]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The context of a cluster on which nothing is installed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), ApiWithoutCustomResources) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        content = {
            "contexts": [{"name": "bare", "context": {"cluster": "bare", "user": "bare"}}],
            "clusters": [{"name": "bare", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
            "users": [{"name": "bare", "user": {}}],
            "current-context": "bare",
        }
        path = tmp_path / "kubeconfig"
        path.write_text(yaml.safe_dump(content))
        monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(path))
        yield "bare"
        server.shutdown()


@pytest.mark.usefixtures("bare")
def test_a_context_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PartError, match="there is no context 'elsewhere'"):
        clusters.named(tmp_path, "elsewhere", "http://prometheus:9090")


def test_a_cluster_without_argo_rollouts_is_refused(tmp_path: Path, bare: str) -> None:
    with pytest.raises(PartError, match="'bare' does not serve Rollout"):
        clusters.named(tmp_path, bare, "http://prometheus:9090")


def test_a_named_cluster_needs_a_prometheus(tmp_path: Path, bare: str) -> None:
    with pytest.raises(PartError, match="PROMETHEUS="):
        clusters.named(tmp_path, bare, "")

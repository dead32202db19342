"""A cluster daemon of a test's own, and an image that answers HTTP with its version and pod."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

from sandbox.cluster.kinds import BY_NAME, NAMESPACE, POD, Kind
from sandbox.cluster.pod import MARK

DIGEST = "sha256:" + "a" * 64
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders@{DIGEST}"
PROGRAM = """
import http.server, json, os, signal, threading, pathlib

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        if self.path == "/break":
            pathlib.Path(os.environ["HOSTNAME"]).touch()
        broken = self.path == "/live" and pathlib.Path(os.environ["HOSTNAME"]).exists()
        if broken:
            pathlib.Path(os.environ["HOSTNAME"]).unlink()
        body = json.dumps({"version": os.environ.get("VERSION"), "pod": os.environ["HOSTNAME"]}).encode()
        self.send_response(500 if broken else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer((os.environ["HOST"], 8080), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
print("serving", os.environ.get("VERSION"), flush=True)
server.serve_forever()
"""
CHECKOUT = Path(__file__).parents[2]
T = TypeVar("T")


def until(condition: Callable[[], T], timeout_seconds: float = 60) -> T:
    """What `condition` returns once it is true; fails the test when it stays false."""
    deadline = time.monotonic() + timeout_seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still {found!r} after {timeout_seconds} s"
        time.sleep(0.02)
    return found


class LocalCluster:
    """The daemon as a process, and its API."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        image = state_dir / "images" / DIGEST.replace(":", "-")
        image.mkdir(parents=True)
        (image / "serve.py").write_text(PROGRAM)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=10)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """What starts the daemon, in the checkout."""
        options = ["--port", str(self.port), "--state-dir", str(self.state_dir)]
        return [sys.executable, "-m", "sandbox.cluster", *options]

    def start(self) -> None:
        """Starts the daemon; returns when it answers."""
        with (self.state_dir / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=CHECKOUT)
        until(self._answers)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Ends the daemon."""
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(15)
            self.process = None

    def processes(self) -> list[psutil.Process]:
        """Every process of the cluster's pods, the daemon's own excepted."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.state_dir / "cluster"):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def put(self, item: dict[str, Any]) -> dict[str, Any]:
        """Applies an object in namespace `shop` unless it says otherwise."""
        kind = BY_NAME[item["apiVersion"], item["kind"]]
        if kind.namespaced:
            item["metadata"].setdefault("namespace", "shop")
        path = kind.path(item["metadata"].get("namespace", ""), item["metadata"]["name"])
        return self.http.put(path, json=item).raise_for_status().json()

    def get(self, kind: Kind, name: str, namespace: str = "shop") -> dict[str, Any]:
        """The object, empty when there is none."""
        response = self.http.get(kind.path(namespace, name))
        return response.json() if response.is_success else {}

    def pods(self, namespace: str = "shop") -> list[dict[str, Any]]:
        """The pods of a namespace."""
        return self.http.get(POD.path(namespace)).json()["items"]

    def ready_pods(self) -> list[dict[str, Any]]:
        """Those that serve and are to stay."""
        return [
            pod
            for pod in self.pods()
            if pod.get("status", {}).get("conditions", [{}])[0].get("status") == "True"
            and "deletionTimestamp" not in pod["metadata"]
        ]

    def gateway_url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.64.{(self.state_dir / 'cluster' / 'network').read_text()}.2:8080"

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.state_dir / "daemon.log").read_text()
        try:
            return self.http.get("/readyz").is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_cluster(state_dir: Path) -> Iterator[LocalCluster]:
    """A daemon with an empty namespace `shop`; ended with all its pods."""
    cluster = LocalCluster(state_dir)
    cluster.start()
    try:
        cluster.put({"apiVersion": "v1", "kind": NAMESPACE.name, "metadata": {"name": "shop"}})
        yield cluster
    finally:
        cluster.stop()
        for process in cluster.processes():
            process.kill()
        cluster.http.close()


def container(version: str = "one", **fields: Any) -> dict[str, Any]:
    """A container that serves on port 8080."""
    address = {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    return {
        "name": "api",
        "image": IMAGE,
        "command": ["python", "serve.py"],
        "env": [{"name": "VERSION", "value": version}, address],
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 1},
        **fields,
    }


def workload(kind: Kind, name: str, spec: dict[str, Any], replicas: int = 1, **fields: Any) -> dict[str, Any]:
    """A Rollout or Deployment of one container."""
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [spec]}},
            **fields,
        },
    }


def job(name: str, script: str, **fields: Any) -> dict[str, Any]:
    """A Job that runs a Python script once."""
    spec = {"name": "main", "image": IMAGE, "command": ["python", "-c", script]}
    template = {"spec": {"restartPolicy": "Never", "containers": [spec]}}
    return json.loads(
        json.dumps(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {"name": name, "namespace": "shop"},
                "spec": {"backoffLimit": 0, "template": template, **fields},
            }
        )
    )


def service(name: str, selects: str) -> dict[str, Any]:
    """A Service in front of the pods of a workload."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": selects}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }


def edge(destinations: dict[str, int]) -> list[dict[str, Any]]:
    """A Gateway on port 8080 and a VirtualService that spreads requests over Services by weight."""
    routes = [{"destination": {"host": host}, "weight": weight} for host, weight in destinations.items()]
    port = {"number": 8080, "name": "http", "protocol": "HTTP"}
    return [
        {
            "apiVersion": "networking.istio.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "edge"},
            "spec": {"selector": {"istio": "gateway"}, "servers": [{"port": port, "hosts": ["*"]}]},
        },
        {
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": {"name": "orders"},
            "spec": {"hosts": ["*"], "gateways": ["edge"], "http": [{"route": routes, "timeout": "5s"}]},
        },
    ]

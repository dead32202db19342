"""Prometheus: where analyses of a release are answered."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sandbox.parts.part import Part, PartError

PACKAGE = "prometheus"
UNPACKED = Path(sys.prefix) / PACKAGE / "usr" / "bin" / "prometheus"
SCRAPE_SECONDS = 2
FETCH_SECONDS = 180
SCRAPED = (
    "envoy_cluster_upstream_rq|envoy_cluster_upstream_rq_time_bucket|"
    "http_server_request_duration_seconds_count|container_.*"
)
ISTIO_NAMES = {
    "envoy_cluster_upstream_rq": "istio_requests_total",
    "envoy_cluster_upstream_rq_time_bucket": "istio_request_duration_milliseconds_bucket",
}
"""Istio's gateway is Envoy; the local one has Envoy's own names for the same numbers."""


class Prometheus(Part):
    """Debian's Prometheus, or the one on PATH. Setting `cluster_url`: where targets are told."""

    kind = "prometheus"

    def prepare(self) -> None:
        configuration = {
            "global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "scrape_timeout": f"{SCRAPE_SECONDS}s"},
            "scrape_configs": [
                {
                    "job_name": "cluster",
                    "http_sd_configs": [{"url": self._url("/prometheus/targets"), "refresh_interval": "1s"}],
                    "metric_relabel_configs": relabelled(),
                },
                {
                    "job_name": "containers",
                    "metrics_path": "/metrics/cadvisor",
                    "static_configs": [{"targets": [self._url("").removeprefix("http://")]}],
                },
            ],
        }
        self._configuration.write_text(json.dumps(configuration))

    def command(self) -> list[str | Path]:
        return [
            find(),
            f"--config.file={self._configuration}",
            f"--storage.tsdb.path={self.data / 'series'}",
            "--storage.tsdb.retention.time=6h",
            "--enable-feature=exemplar-storage",
            f"--web.listen-address={self.record.host}:{self.record.port}",
            "--log.level=warn",
        ]

    @property
    def _configuration(self) -> Path:
        return self.data / "prometheus.yml"

    def _url(self, path: str) -> str:
        return f"{self.record.settings['cluster_url']}{path}"


def find() -> Path:
    """The program: on PATH, or unpacked from Debian's package beside the virtual environment's own.

    Raises `PartError` where none can be had.
    """
    if on_path := shutil.which("prometheus"):
        return Path(on_path)
    if not UNPACKED.exists():
        _unpack()
    return UNPACKED


def _unpack() -> None:
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise PartError("there is no prometheus on PATH, and no apt-get to get Debian's package with")
    with tempfile.TemporaryDirectory() as folder:
        _run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", PACKAGE, folder=folder)
        (package,) = Path(folder).glob("*.deb")
        partial = Path(folder) / "unpacked"
        _run("dpkg-deb", "-x", str(package), str(partial), folder=folder)
        shutil.copytree(partial, Path(sys.prefix) / PACKAGE, dirs_exist_ok=True, symlinks=True)


def _run(*command: str, folder: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PartError(f"`{' '.join(command)}` took longer than {FETCH_SECONDS} s") from None
    if done.returncode:
        raise PartError(f"`{' '.join(command)}` failed (after `apt-get update` it may not): {done.stderr.strip()}")


def relabelled() -> list[dict[str, object]]:
    """Rules that keep what is asked for, under the names it has on AWS."""
    place = "([^/]+)/([^/]+)/.*"
    rules: list[dict[str, object]] = [{"source_labels": ["__name__"], "regex": SCRAPED, "action": "keep"}]
    for label, group in (("destination_service_namespace", "$1"), ("destination_service_name", "$2")):
        rules.append(
            {"source_labels": ["envoy_cluster_name"], "regex": place, "target_label": label, "replacement": group}
        )
    rules.append({"source_labels": ["envoy_response_code"], "regex": "(.+)", "target_label": "response_code"})
    for envoy, istio in ISTIO_NAMES.items():
        rules.append({"source_labels": ["__name__"], "regex": envoy, "target_label": "__name__", "replacement": istio})
    return rules

"""What an image reference means on this machine."""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.parts.packages import file_in
from sandbox.parts.part import read_record

ENVOY = "envoyproxy/envoy"
COLLECTORS = ("aws-otel-collector", "opentelemetry-collector", "opentelemetry-collector-contrib")
OTLP_PORTS = {"grpc": 4317, "http": 4318}
PACKAGED = {"envoy": ("envoy", "_bin/envoy"), "rotel-agent": ("rotel", "rotel-agent")}
OWN_IMAGE = re.compile("[^@]+@(sha256:[0-9a-f]{64})")


class ImageNotFoundError(Exception):
    """No image of that name and digest is on this machine."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """A folder to run in; a stand-in for the image has a `command` of its own, and a `port` that shows it is ready."""

    folder: Path
    command: list[str] = field(default_factory=list)
    port: int | None = None


def find(state_dir: Path, reference: str, address: str) -> Image:
    """The image of a container whose pod has `address`; raises `ImageNotFoundError` with what there is."""
    repository = reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
    if repository in COLLECTORS:
        return Image(folder=state_dir, command=_rotel(state_dir, address), port=OTLP_PORTS["http"])
    if reference == ENVOY:
        return Image(folder=state_dir)
    images = state_dir / "images"
    own = OWN_IMAGE.fullmatch(reference)
    if own and (folder := images / own[1].replace(":", "-")).is_dir():
        return Image(folder=folder)
    there = ", ".join(sorted(path.name.replace("-", ":", 1) for path in images.glob("sha256-*")))
    raise ImageNotFoundError(f"image {reference!r} is not on this machine; there are: {there or 'none'}")


def executable(name: str) -> str:
    """The program behind the first word of a command: `python` is this interpreter."""
    if name in ("python", "python3"):
        return sys.executable
    return str(file_in(*PACKAGED[name])) if name in PACKAGED else name


def _rotel(state_dir: Path, address: str) -> list[str]:
    """Rotel in the place of an OpenTelemetry collector: passes what it gets on to part `collector`."""
    receivers = [f"--otlp-{name}-endpoint={address}:{port}" for name, port in OTLP_PORTS.items()]
    record = read_record(state_dir / "parts" / "collector")
    target = f"--otlp-exporter-endpoint=http://{record.host}:{record.port}"
    return ["rotel-agent", "start", *receivers, "--exporter=otlp", "--otlp-exporter-protocol=http", target]

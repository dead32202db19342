"""What an image reference means on this machine."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.parts.part import PartError, read_record

ENVOY = "envoyproxy/envoy"
COLLECTORS = ("aws-otel-collector", "opentelemetry-collector", "opentelemetry-collector-contrib")
OTLP_GRPC_PORT, OTLP_HTTP_PORT = 4317, 4318
EXECUTABLES = {"python": sys.executable, "python3": sys.executable}


class ImageNotFoundError(Exception):
    """No image of that name and digest is on this machine."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """A folder to run in. `command` replaces the container's own where a stand-in runs in the image's place;
    `port` is then what shows that it is ready."""

    folder: Path
    command: list[str] = field(default_factory=list)
    port: int | None = None


class Images:
    """The images of one state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._folder = state_dir / "images"

    def find(self, reference: str, address: str) -> Image:
        """The image of a container whose pod has `address`; raises `ImageNotFoundError` with what there is."""
        repository = reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
        if repository in COLLECTORS:
            return Image(folder=self._state_dir, command=self._rotel(address), port=OTLP_HTTP_PORT)
        if reference == ENVOY:
            return Image(folder=self._state_dir)
        name, _, digest = reference.partition("@")
        folder = self._folder / digest.replace(":", "-")
        if name and digest.startswith("sha256:") and folder.is_dir():
            return Image(folder=folder)
        there = sorted(path.name.replace("-", ":", 1) for path in self._folder.glob("sha256-*"))
        raise ImageNotFoundError(f"image {reference!r} is not on this machine; there are: {', '.join(there) or 'none'}")

    def _rotel(self, address: str) -> list[str]:
        """Rotel in the place of an OpenTelemetry collector: prints what it gets, and passes it to part `collector`."""
        import rotel

        receivers = [
            f"--otlp-grpc-endpoint={address}:{OTLP_GRPC_PORT}",
            f"--otlp-http-endpoint={address}:{OTLP_HTTP_PORT}",
        ]
        try:
            record = read_record(self._state_dir / "parts" / "collector")
            exporter = [
                "--exporter=otlp",
                "--otlp-exporter-protocol=http",
                f"--otlp-exporter-endpoint=http://{record.host}:{record.port}",
            ]
        except PartError:
            exporter = ["--exporter=blackhole", "--debug-log=traces", "--debug-log-verbosity=detailed"]
        return [str(Path(rotel.__file__).with_name("rotel-agent")), "start", *receivers, *exporter]


def executable(name: str) -> str:
    """The program behind the first word of a command: `python` is this interpreter, `envoy` the one beside it."""
    beside = Path(sys.executable).with_name(name)
    return EXECUTABLES.get(name) or (str(beside) if "/" not in name and beside.exists() else name)

"""Container images made without Docker: a tar of one layer in the format that `docker save` writes."""

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.kubernetes.binaries import PACKAGES
from sandbox.kubernetes.programs import BUSYBOX_IMAGE

SERVICE_FOLDER = "opt/orders"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def busybox(debian: Path, archive: Path) -> None:
    """The image that holds a pod's network, and that small test pods run: Debian's static busybox and nothing else."""
    layer = archive.with_suffix(".layer")
    with tarfile.open(layer, mode="w") as tar:
        tar.add(debian / "bin/busybox", "bin/busybox", filter=_owned_by_root)
        for name in ("sh", "sleep", "httpd"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname, link.mode = tarfile.SYMTYPE, "busybox", 0o777
            tar.addfile(link)
    write(archive, BUSYBOX_IMAGE, layer, {"Cmd": ["/bin/sleep", "2147483647"]})


def order_service(python: Path, sources: Path, archive: Path, name: str) -> None:
    """The order service's image: the root folder `python` with the service's `sources` as the Dockerfile has them."""
    layer = archive.with_suffix(".layer")
    with tarfile.open(layer, mode="w") as tar:
        tar.add(python, ".", filter=_owned_by_root)
        tar.add(sources, SERVICE_FOLDER, filter=_owned_by_root)
        link = tarfile.TarInfo("usr/bin/python")
        link.type, link.linkname, link.mode = tarfile.SYMTYPE, "python3.11", 0o777
        tar.addfile(link)
    path = f"/{SERVICE_FOLDER}/fault:{PACKAGES}"
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    variables = [f"{key}={value}" for key, value in environment.items()]
    write(archive, name, layer, {"Env": variables, "WorkingDir": f"/{SERVICE_FOLDER}"})


def write(archive: Path, name: str, layer: Path, settings: Mapping[str, object]) -> None:
    """Writes the image `name` of one layer (an uncompressed tar, deleted after) with a container's `settings`."""
    with layer.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    configuration = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as tar:
        for member, document in (("config.json", configuration), ("manifest.json", manifest)):
            content = json.dumps(document).encode()
            information = tarfile.TarInfo(member)
            information.size = len(content)
            tar.addfile(information, io.BytesIO(content))
        tar.add(layer, "layer.tar")
    layer.unlink()


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member

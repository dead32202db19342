"""Container images made without Docker: a tar of one layer in the format that `docker save` writes."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.kubernetes.programs import BUSYBOX_IMAGE

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def busybox(debian: Path, archive: Path, machine: str) -> None:
    """The image that holds a pod's network, and that small test pods run: Debian's static busybox and nothing else."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.add(debian / "bin/busybox", "bin/busybox", filter=_owned_by_root)
        for name in ("sh", "sleep", "httpd"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname, link.mode = tarfile.SYMTYPE, "busybox", 0o777
            tar.addfile(link)
    write(archive, BUSYBOX_IMAGE, layer.getvalue(), {"Cmd": ["/bin/sleep", "2147483647"]}, machine)


def write(archive: Path, name: str, layer: bytes, settings: Mapping[str, object], machine: str) -> None:
    """Writes the image `name` of one layer (an uncompressed tar) with a container's `settings` to `archive`."""
    architecture = ARCHITECTURES[machine]
    digest = hashlib.sha256(layer).hexdigest()
    configuration = {
        "architecture": architecture,
        "os": "linux",
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as tar:
        for member, content in (
            ("config.json", json.dumps(configuration).encode()),
            ("manifest.json", json.dumps(manifest).encode()),
            ("layer.tar", layer),
        ):
            information = tarfile.TarInfo(member)
            information.size = len(content)
            tar.addfile(information, io.BytesIO(content))


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = "root"
    return member

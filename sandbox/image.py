"""Local images: what a registry would hold, as folders named by the digest of what is in them."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

SOURCES = ("app", "requirements/app.txt")
NOTHING: Mapping[str, str] = {}
NOT_PACKED = shutil.ignore_patterns("__pycache__", "*.pyc")


def build(checkout: Path, images: Path, layers: Mapping[str, str] = NOTHING) -> str:
    """Packs the order service of `checkout` into `images` and returns its digest, `sha256:<64 hex digits>`.

    `layers` are files by path that lie over the sources.

    The same sources give the same digest; an image that exists is left as it is.
    """
    images.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=images, prefix="build-") as build_folder:
        image = Path(build_folder) / "image"
        for source in SOURCES:
            _copy(checkout / source, image / source)
        for path, content in layers.items():
            (image / path).parent.mkdir(parents=True, exist_ok=True)
            (image / path).write_text(content)
        digest = _digest(image)
        target = folder_of(images, digest)
        if not target.exists():
            image.rename(target)
    return digest


def folder_of(images: Path, digest: str) -> Path:
    """Where the image of that digest is unpacked."""
    return images / digest.replace(":", "-")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=NOT_PACKED)
    else:
        shutil.copy2(source, target)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return f"sha256:{digest.hexdigest()}"

"""Versions of the order service by name, each a content-addressed image; and faults that a version can be given."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox import image
from sandbox.errors import SandboxError
from sandbox.workspace import Workspace

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
FAULTS = "errors:SHARE (0.01 to 1), latency:MILLISECONDSms (1 to 60000), crash, leak"
FAULT = re.compile(r"errors:(?P<share>[01](\.\d+)?)|latency:(?P<milliseconds>\d{1,5})ms|crash|leak")
FOLDER = "fault"
NAMED, SERVED = "releases.json", "served.json"
HOOK = Path(__file__).with_name("fault.py")


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version's name and the digest of its image."""

    version: str
    digest: str


def build(workspace: Workspace, version: str, fault: str = "") -> Release:
    """Packs the checkout under a name that keeps its image. Raises SandboxError for bad input."""
    if not NAME.fullmatch(version):
        raise SandboxError(f"VERSION={version}: allowed are 1 to 63 letters, digits, '.', '_' and '-'")
    if fault and not _is_allowed(fault):
        raise SandboxError(f"FAULT={fault}: allowed are {FAULTS}")
    faulty = {f"{FOLDER}/sitecustomize.py": HOOK.read_text(), f"{FOLDER}/fault": fault} if fault else {}
    digest = image.build(workspace.checkout, workspace.images, {"version": version, **faulty})
    known = named(workspace)
    if known.get(version, digest) != digest:
        raise SandboxError(
            f"version {version} is image {known[version]} already, and images do not change: take another name"
        )
    _write(workspace.images / NAMED, {**known, version: digest})
    return Release(version=version, digest=digest)


def find(workspace: Workspace, version: str) -> Release:
    """The version of that name. Raises SandboxError with those that there are."""
    known = named(workspace)
    if not version:
        raise SandboxError(f"VERSION= names nothing; there are: {', '.join(known) or 'none yet'}")
    if version not in known or not image.folder_of(workspace.images, known[version]).is_dir():
        there = ", ".join(known) or "none yet"
        raise SandboxError(
            f"there is no version {version!r}; there are: {there}: `make release VERSION={version}` makes it"
        )
    return Release(version=version, digest=known[version])


def name_of(workspace: Workspace, digest: str) -> str:
    """The name that a digest was released under, or the beginning of the digest."""
    names = {known: version for version, known in named(workspace).items()}
    return names.get(digest, digest.removeprefix("sha256:")[:12])


def keep_as_served(workspace: Workspace, digest: str) -> None:
    """Remembers that an image came to serve everything."""
    earlier = [each for each in _served(workspace) if each != digest]
    _write(workspace.images / SERVED, [*earlier, digest])


def served_before(workspace: Workspace, digest: str) -> str | None:
    """The last image that served everything, other than that one; a version that was given up never did."""
    return next((each for each in reversed(_served(workspace)) if each != digest), None)


def named(workspace: Workspace) -> dict[str, str]:
    """Digests by version, oldest first."""
    path = workspace.images / NAMED
    return json.loads(path.read_text()) if path.exists() else {}


def _served(workspace: Workspace) -> list[str]:
    path = workspace.images / SERVED
    return json.loads(path.read_text()) if path.exists() else []


def _is_allowed(fault: str) -> bool:
    found = FAULT.fullmatch(fault)
    if found is None:
        return False
    share, milliseconds = found["share"], found["milliseconds"]
    return (share is None or 0 < float(share) <= 1) and (milliseconds is None or 0 < int(milliseconds) <= 60_000)


def _write(path: Path, content: object) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=1))
    shutil.move(draft, path)

"""The configuration of stack `local` as this machine runs it: the committed one with the digest of the local image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from sandbox.review import losses

IMAGE_DIGEST_KEY = "fortress:image_digest"
RELEASE_KEY, CONTRACT_TO = "fortress:release", "contract_to"
ENCRYPTION_SALT_KEY = "encryptionsalt"
REGION_KEY = "fortress:region"


def write(
    committed: Path, local: Path, image_digest: str, replaced: Sequence[str] = (), *, contraction: str | None = None
) -> None:
    """Writes `local` from `committed` with the image digest; keeps the encryption salt of an earlier run.

    `contraction` is what the schema is contracted to from now on; None leaves it at what an earlier run asked for.
    `replaced` are the names of what may lose its state this once, beside those that are committed.
    """
    content = _read(committed)
    values = content.setdefault("config", {})
    values[IMAGE_DIGEST_KEY] = image_digest
    if replaced:
        names = sorted({*losses.replaceable(values), *replaced})
        values[losses.PROTECTION_KEY] = {**values.get(losses.PROTECTION_KEY, {}), "replaceable": names}
    if asked := contraction or contract_to(local):
        values[RELEASE_KEY] = {**values.get(RELEASE_KEY, {}), CONTRACT_TO: asked}
    if salt := encryption_salt(local):
        content[ENCRYPTION_SALT_KEY] = salt
    _write(local, content)


def image_digest(local: Path) -> str | None:
    """The digest that an earlier run wrote into `local`."""
    return _read(local).get("config", {}).get(IMAGE_DIGEST_KEY) if local.exists() else None


def contract_to(local: Path) -> str | None:
    """What the schema of the stack that `local` configures is contracted to."""
    return _read(local).get("config", {}).get(RELEASE_KEY, {}).get(CONTRACT_TO) if local.exists() else None


def keep_contraction(local: Path, revision: str | None) -> None:
    """Leaves the schema's contraction at `revision`, or unnamed."""
    content = _read(local)
    release = content["config"].setdefault(RELEASE_KEY, {})
    release.pop(CONTRACT_TO, None)
    if revision is not None:
        release[CONTRACT_TO] = revision
    _write(local, content)


def replaceable(local: Path) -> frozenset[str]:
    """The names of what may lose its state in the stack that `local` configures."""
    return losses.replaceable(_read(local).get("config", {})) if local.exists() else frozenset()


def region(committed: Path) -> str:
    """The AWS region that the stack names."""
    return _read(committed)["config"][REGION_KEY]


def encryption_salt(local: Path) -> str | None:
    """The salt of the stack's secrets, as an earlier run left it there."""
    return _read(local).get(ENCRYPTION_SALT_KEY) if local.exists() else None


def keep_encryption_salt(local: Path, salt: str) -> None:
    """Leaves the salt where the `pulumi` CLI looks for it."""
    _write(local, {**_read(local), ENCRYPTION_SALT_KEY: salt})


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text()) or {}


def _write(path: Path, content: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(yaml.safe_dump(content, sort_keys=False))
    partial.replace(path)

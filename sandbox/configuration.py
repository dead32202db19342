"""The configuration of stack `local` as this machine runs it: the committed one with the digest of the local image."""

from __future__ import annotations

from pathlib import Path

import yaml

IMAGE_DIGEST_KEY = "fortress:image_digest"
ENCRYPTION_SALT_KEY = "encryptionsalt"


def write(committed: Path, local: Path, image_digest: str) -> None:
    """Writes `local` from `committed` with the image digest; keeps the encryption salt of an earlier run."""
    content = yaml.safe_load(committed.read_text()) or {}
    content.setdefault("config", {})[IMAGE_DIGEST_KEY] = image_digest
    if local.exists() and (salt := (yaml.safe_load(local.read_text()) or {}).get(ENCRYPTION_SALT_KEY)):
        content[ENCRYPTION_SALT_KEY] = salt
    partial = local.with_suffix(".partial")
    partial.write_text(yaml.safe_dump(content, sort_keys=False))
    partial.replace(local)

"""API keys, held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.api_keys import ApiKey


@dataclass(kw_only=True)
class MemoryApiKeys:
    """A store of keys that counts how often one is looked up."""

    keys: dict[str, ApiKey] = field(default_factory=dict)
    reads: int = 0

    async def add(self, key: ApiKey, *, keys_max: int) -> bool:
        """See `ApiKeyStore.add`."""
        kept = await self.of_owner(key.owner_id)
        if len(kept) >= keys_max or key.name in {other.name for other in kept}:
            return False
        self.keys[key.id] = key
        return True

    async def find(self, key_id: str) -> ApiKey | None:
        """See `ApiKeyStore.find`."""
        self.reads += 1
        return self.keys.get(key_id)

    async def of_owner(self, owner_id: str) -> Sequence[ApiKey]:
        """See `ApiKeyStore.of_owner`."""
        return [key for key in self.keys.values() if key.owner_id == owner_id and key.revoked_at is None]

    async def revoke(self, key_id: str, owner_id: str) -> bool:
        """See `ApiKeyStore.revoke`."""
        key = self.keys.get(key_id)
        if key is None or key.owner_id != owner_id or key.revoked_at is not None:
            return False
        self.keys[key_id] = replace(key, revoked_at=key.created_at)
        return True

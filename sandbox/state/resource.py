"""What the state keeps of a resource, and its JSON in a deployment of version 3."""

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sandbox.state.passphrase import Passphrase
from sandbox.state.properties import (
    SECRET_SIGNATURE,
    SIGNATURE,
    Properties,
    canonical,
    is_secret,
    plain,
    rewrite,
    secret,
)
from sandbox.state.urn import provider_urn


@dataclass(kw_only=True, eq=False)
class Resource:
    """A resource as recorded: field names are those of the deployment's JSON in snake case.

    `delete` marks what a replacement left to delete, `pending_replacement` what was deleted and not yet made anew.
    `other` keeps fields that only the real engine writes.
    """

    urn: str
    type: str
    custom: bool = False
    delete: bool = False
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    dependencies: list[str] = field(default_factory=list)
    init_errors: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    pending_replacement: bool = False
    additional_secret_outputs: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    retain_on_delete: bool = False
    created: str = ""
    modified: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    other: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The line of the program that made it, as `path:line`; empty where nobody told."""
        return self.other.get("sourcePosition", "").removeprefix("project:///").replace("#", ":")

    def needs(self) -> set[str]:
        """URNs that must stand while this resource does."""
        urns = {self.parent, provider_urn(self.provider), *self.dependencies}
        return urns.union(*self.property_dependencies.values()) - {""}

    def rename(self, urn: str, to: str) -> None:
        """Follow a resource that an alias gave another URN."""

        def follow(value: str) -> str:
            return to + value.removeprefix(urn) if value == urn or value.startswith(f"{urn}::") else value

        self.parent, self.provider = follow(self.parent), follow(self.provider)
        self.dependencies = [follow(value) for value in self.dependencies]
        self.property_dependencies = {
            key: [follow(value) for value in values] for key, values in self.property_dependencies.items()
        }

    def keep_references(self, urns: set[str]) -> None:
        """Depend on none but `urns`."""
        self.dependencies = [urn for urn in self.dependencies if urn in urns]
        self.property_dependencies = {
            key: kept
            for key, each in self.property_dependencies.items()
            if (kept := [urn for urn in each if urn in urns]) or not each
        }


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_FIELDS = {_camel(each.name): each.name for each in fields(Resource) if each.name != "other"}
_ALWAYS = {"urn", "custom", "type"}


def encode(resource: Resource, passphrase: Passphrase) -> dict[str, Any]:
    """The resource as JSON, its secrets sealed."""

    def seal(part: Any) -> Any:
        if not is_secret(part):
            return part
        ciphertext = passphrase.encrypt(canonical(plain(part)), owner=resource.urn)
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": ciphertext}

    values = {key: getattr(resource, name) for key, name in _FIELDS.items()}
    document = {key: value for key, value in values.items() if value or key in _ALWAYS}
    for key in document.keys() & {"inputs", "outputs"}:
        document[key] = rewrite(document[key], seal)
    return document | resource.other


def decode(document: dict[str, Any], passphrase: Passphrase) -> Resource:
    """The reverse of `encode`."""

    def unseal(part: Any) -> Any:
        if not isinstance(part, dict) or part.get(SIGNATURE) != SECRET_SIGNATURE or "ciphertext" not in part:
            return part
        return secret(json.loads(passphrase.decrypt(part["ciphertext"], owner=document["urn"])))

    known = {name: document[key] for key, name in _FIELDS.items() if key in document}
    for name in known.keys() & {"inputs", "outputs"}:
        known[name] = rewrite(known[name], unseal)
    return Resource(**known, other={key: value for key, value in document.items() if key not in _FIELDS})

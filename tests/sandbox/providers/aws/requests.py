"""Requests as the engine sends them."""

from typing import Any

from sandbox.providers.provider import Resource

URN = "urn:pulumi:local::fortress::{type}::{name}"


def resource(token: str, name: str = "orders") -> Resource:
    """A resource of the test program."""
    return Resource(urn=URN.format(type=token, name=name), type=token, name=name)


def reasons(provider: Any, token: str, inputs: dict[str, Any], name: str = "orders") -> dict[str, str]:
    """What Check refuses, by property."""
    checked = provider.check(resource(token, name), {}, inputs, b"seed")
    return {failure.property: failure.reason for failure in checked.failures}

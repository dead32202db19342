"""What goes wrong in a provider, as the engines are told it."""

from typing import Any


class ProviderError(Exception):
    """A request that could not be carried out; over gRPC it is the status UNKNOWN with this message."""


class InitializationFailed(ProviderError):  # noqa: N818 - Pulumi's own name for it
    """A resource that exists, but did not become what was declared (Pulumi's `ErrorResourceInitFailed`).

    The engine keeps `id` and `outputs` in its state, shows `reasons`, and tries an update next time.
    """

    def __init__(self, *, id: str, outputs: dict[str, Any], inputs: dict[str, Any], reasons: list[str]) -> None:  # noqa: A002
        super().__init__("; ".join(reasons))
        self.id = id
        self.outputs = outputs
        self.inputs = inputs
        self.reasons = reasons

"""Which resources cannot outlive one that is deleted before its replacement is made."""

from collections.abc import Iterable

from sandbox.engine.providers import Providers
from sandbox.state.properties import UNKNOWN
from sandbox.state.resource import Resource
from sandbox.state.urn import is_provider_type, provider_urn


def dependents_to_replace(root: Resource, candidates: Iterable[Resource], providers: Providers) -> list[Resource]:
    """Of `candidates` (in dependency order) those that a new `root` forces to be replaced too, in that order."""
    replaced = {root.urn}
    condemned = []
    for resource in candidates:
        if resource.custom and resource is not root and _must_go(resource, replaced, providers):
            replaced.add(resource.urn)
            condemned.append(resource)
    return condemned


def _must_go(resource: Resource, replaced: set[str], providers: Providers) -> bool:
    if provider_urn(resource.provider) in replaced:
        return True
    affected = {key for key, urns in resource.property_dependencies.items() if replaced.intersection(urns)}
    if not affected & resource.inputs.keys() or is_provider_type(resource.type):
        return False
    inputs = {key: UNKNOWN if key in affected else value for key, value in resource.inputs.items()}
    difference = providers.get(resource.provider).diff(resource, inputs, resource.ignore_changes)
    return bool(difference.replace_keys)

"""Strict validation against Kubernetes' published schemas and, for custom resources, the fields that we use."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError
from kubernetes_validate.utils import schema_contents
from pulumi.runtime.rpc import UNKNOWN
from referencing import Registry, Resource

import sandbox.cluster
from sandbox.providers.properties import Properties, is_known
from sandbox.providers.provider import Failure

KUBERNETES_VERSION = "1.35"
CUSTOM_SCHEMAS = Path(sandbox.cluster.__file__).with_name("schemas")
_BUILT_IN = f"kubernetes-json-schema/v{KUBERNETES_VERSION}.0-local-strict"


def failures(item: Properties) -> list[Failure]:
    """What an API server would refuse, each with its property path; unknown values pass."""
    validator = _validator(item["apiVersion"], item["kind"])
    found = [failure for error in validator.iter_errors(item) for failure in _failures(error)]
    return found or _selector_failures(item)


def _failures(error: ValidationError) -> Iterator[Failure]:
    if error.instance == UNKNOWN:
        return
    path = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in error.absolute_path)
    if (
        error.validator == "additionalProperties"
        and isinstance(error.schema, dict)
        and isinstance(error.instance, dict)
    ):
        allowed = sorted(error.schema.get("properties", ()))
        for name in sorted(error.instance.keys() - set(allowed)):
            reason = f"{name!r} is not a field here; allowed: {', '.join(allowed)}"
            yield Failure(property=f"{path}.{name}".lstrip("."), reason=reason)
    else:
        yield Failure(property=path.lstrip("."), reason=error.message)


def _selector_failures(item: Properties) -> list[Failure]:
    spec = item.get("spec", {})
    if item["kind"] not in ("Deployment", "Rollout") or not is_known(spec):
        return []
    selector = spec["selector"].get("matchLabels", {})
    labels = spec["template"].get("metadata", {}).get("labels", {})
    if selector.items() <= labels.items():
        return []
    return [Failure(property="spec.selector", reason=f"{selector} does not match the template's labels {labels}")]


@cache
def _validator(api_version: str, kind: str) -> Draft202012Validator:
    custom = CUSTOM_SCHEMAS / f"{kind}.{api_version.replace('/', '_')}.json"
    schema = json.loads(custom.read_text()) if custom.exists() else _built_in(f"{kind.lower()}-{_group(api_version)}")
    registry = Registry().with_resources(
        (content["$id"], Resource.from_contents(content)) for content in (schema, _built_in("_definitions"))
    )
    return Draft202012Validator(schema, registry=registry)


@cache
def _built_in(name: str) -> Properties:
    return schema_contents(f"{_BUILT_IN}/{name}.json", KUBERNETES_VERSION)


def _group(api_version: str) -> str:
    group, _, version = api_version.rpartition("/")
    return f"{group.partition('.')[0]}-{version}" if group else version

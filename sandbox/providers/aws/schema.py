"""What pulumi_aws knows of a resource type, read from the SDK's own classes."""

import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, get_args

from pulumi import _types

from sandbox.providers.errors import ProviderError

_LOADING = Lock()


@cache
def input_types(token: str) -> Mapping[str, Any]:
    """The inputs of a type (`aws:ec2/vpc:Vpc`), by their names on the wire."""
    module, name = _module(token), token.rpartition(":")[2]
    return _types.input_type_types(getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args"))


@cache
def output_types(token: str) -> Mapping[str, Any]:
    """The outputs of a type, inputs among them, by their names on the wire."""
    return _types.resource_types(getattr(_module(token), token.rpartition(":")[2]))


@cache
def members(token: str, name: str) -> frozenset[str]:
    """The members of an output that is an object (`vpcConfig`); none where it is something else."""
    declared = output_types(token)[name]
    is_object = isinstance(declared, type) and _types.is_output_type(declared)
    return frozenset(_types.output_type_types(declared)) if is_object else frozenset()


def unknown_properties(token: str, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Paths of inputs that the SDK's schema does not have, nested ones included."""
    yield from _unknown(input_types(token), inputs, "")


def _unknown(types: Mapping[str, Any], value: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, item in value.items():
        if key == "__defaults":
            continue
        if key not in types:
            yield f"{prefix}{key}"
        elif nested := _nested(types[key]):
            for index, element in enumerate(item if isinstance(item, list) else [item]):
                place = f"[{index}]" if isinstance(item, list) else ""
                if isinstance(element, dict):
                    yield from _unknown(nested, element, f"{prefix}{key}{place}.")


def _nested(declared: Any) -> Mapping[str, Any] | None:
    """The members of the Args class somewhere in a type such as `Sequence[Input[XArgs]]`."""
    if isinstance(declared, type) and _types.is_input_type(declared):
        return _input_types_of(declared)
    found = (_nested(argument) for argument in get_args(declared))
    return next((members for members in found if members is not None), None)


@cache
def _input_types_of(declared: type) -> Mapping[str, Any]:
    return _types.input_type_types(declared)


def _module(token: str) -> ModuleType:
    """`aws:ec2/vpcEndpoint:VpcEndpoint` is in `pulumi_aws.ec2.vpc_endpoint`.

    The SDK's packages load themselves at the first look into them, one thread at a time, and not once a module
    of theirs was imported before that.
    """
    _, path, _ = token.split(":")
    package, _, name = path.partition("/")
    try:
        with _LOADING:
            hasattr(importlib.import_module(f"pulumi_aws.{package}"), "__all__")
            return importlib.import_module(f"pulumi_aws.{package}.{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}")
    except ModuleNotFoundError:
        raise ProviderError(f"pulumi_aws has no type {token}") from None

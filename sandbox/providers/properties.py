"""Pulumi's property values: between protobuf structs and plain Python values."""

from typing import Any

from google.protobuf import struct_pb2
from google.protobuf.json_format import ParseDict
from pulumi.runtime.rpc import UNKNOWN

Properties = dict[str, Any]


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """The struct as a dict. Whole numbers become `int`; null members are left out, as Pulumi treats them as absent."""
    return {key: _from_value(value) for key, value in struct.fields.items() if value.WhichOneof("kind") != "null_value"}


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """The dict as a struct; raises `ParseError` for what JSON cannot hold."""
    return ParseDict(properties, struct_pb2.Struct())


def is_known(value: object) -> bool:
    """False for Pulumi's unknown and for every list or dict that holds one."""
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return value != UNKNOWN


def _from_value(value: struct_pb2.Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return getattr(value, kind) if kind and kind != "null_value" else None

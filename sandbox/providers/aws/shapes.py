"""botocore's models, whose cached properties a type checker cannot see through."""

from collections.abc import Mapping
from typing import Any

Operation = Any
"""`botocore.model.OperationModel`."""
Shape = Any
"""`botocore.model.Shape` and its kinds."""


def is_structure(shape: Shape) -> bool:
    """Whether the shape has members."""
    return shape is not None and shape.type_name == "structure"


def is_list(shape: Shape) -> bool:
    """Whether the shape is a list, of `shape.member`."""
    return shape is not None and shape.type_name == "list"


def is_map(shape: Shape) -> bool:
    """Whether the shape is a map, to `shape.value`."""
    return shape is not None and shape.type_name == "map"


def members_of(shape: Shape) -> Mapping[str, Shape]:
    """The members of a structure; nothing for other shapes and for none."""
    return shape.members if is_structure(shape) else {}

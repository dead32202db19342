"""How each service takes tags: at creation, and afterwards."""

from collections.abc import Collection, Mapping
from typing import Any

from sandbox.providers.aws.shapes import Operation, Shape, is_list, is_map, is_structure, members_of

TAGGING = {
    "acm": ("add_tags_to_certificate", "remove_tags_from_certificate", "id"),
    "ec2": ("create_tags", "delete_tags", "id"),
    "elasticache": ("add_tags_to_resource", "remove_tags_from_resource", "arn"),
    "elbv2": ("add_tags", "remove_tags", "id"),
    "kms": ("tag_resource", "untag_resource", "id"),
    "rds": ("add_tags_to_resource", "remove_tags_from_resource", "arn"),
    "route53": ("change_tags_for_resource", "change_tags_for_resource", "id"),
    "s3": ("put_bucket_tagging", "put_bucket_tagging", "id"),
}
"""The operations that add and remove a service's tags, and what they know the resource by."""
USUAL_TAGGING = ("tag_resource", "untag_resource", "arn")


def tag_member(shape: Shape) -> str | None:
    """The member of an input shape that takes tags (`Tags`, `UserPoolTags`, `TagsList`, `TagSpecifications`)."""
    return next(
        (
            name
            for name in members_of(shape)
            if name.lower().endswith(("tags", "tagslist", "tagspecifications", "tagging", "tagstoadd"))
        ),
        None,
    )


def shaped(tags: Mapping[str, Any], shape: Shape, resource_type: str = "") -> Any:
    """Tags as a shape wants them: a map, a list of key and value, a specification for `resource_type`."""
    if is_structure(shape):
        ((name, member),) = shape.members.items()
        return {name: shaped(tags, member)}
    if is_map(shape) or not is_list(shape):
        return dict(tags)
    members = shape.member.members
    if "ResourceType" in members:
        return [{"ResourceType": resource_type, "Tags": shaped(tags, members["Tags"])}]
    key, value = sorted(members, key=lambda name: "value" in name.lower())
    return [{key: name, value: content} for name, content in tags.items()]


def tag_request(model: Operation, identity: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that set tags."""
    name = tag_member(model.input_shape) or "Tags"
    return {**_identity(model, identity), name: shaped(tags, model.input_shape.members[name])}


def untag_request(model: Operation, identity: str, keys: Collection[str]) -> dict[str, Any] | None:
    """The parameters that remove tags; None where setting them replaces them all."""
    members = model.input_shape.members
    name = next((name for name in members if name.lower().endswith(("tagkeys", "tagslist", "tagstoremove"))), "Tags")
    if name not in members:
        return None
    plain = not is_structure(members[name].member)
    return {**_identity(model, identity), name: [key if plain else {"Key": key} for key in keys]}


def _identity(model: Operation, identity: str) -> dict[str, Any]:
    shape, tags = model.input_shape, tag_member(model.input_shape)
    named = [name for name in shape.required_members if name != tags and not name.lower().endswith(("keys", "tags"))]
    values = {name: [identity] if is_list(shape.members[name]) else identity for name in named}
    return values | ({"ResourceType": "hostedzone"} if "ResourceType" in values else {})

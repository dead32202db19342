"""How each service takes tags: at creation, and afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from botocore.model import ListShape, Shape, StructureShape

from sandbox.providers.aws.expression import Expression
from sandbox.providers.aws.row import Call


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """The operations that add and remove tags; `resource` is the member that `by` is given to."""

    tag: str
    untag: str
    resource: str
    by: Expression = "arn"
    keys: str = "TagKeys"

    def add(self) -> Call:
        """Sets every tag of the document."""
        return Call(operation=self.tag, members={self.resource: self.by}, by_name=False)

    def remove(self) -> Call:
        """Removes the tags whose keys are in the document's `removedTags`."""
        return Call(operation=self.untag, members={self.resource: self.by, self.keys: "removedTags"}, by_name=False)


TAGGING = {
    "acm": Tagging(
        tag="add_tags_to_certificate",
        untag="remove_tags_from_certificate",
        resource="CertificateArn",
        keys="Tags",
    ),
    "amp": Tagging(tag="tag_resource", untag="untag_resource", resource="resourceArn", keys="tagKeys"),
    "cloudwatch": Tagging(tag="tag_resource", untag="untag_resource", resource="ResourceARN"),
    "cognito-idp": Tagging(tag="tag_resource", untag="untag_resource", resource="ResourceArn"),
    "ec2": Tagging(tag="create_tags", untag="delete_tags", resource="Resources", by="[id]", keys="Tags"),
    "ecr": Tagging(tag="tag_resource", untag="untag_resource", resource="resourceArn", keys="tagKeys"),
    "eks": Tagging(tag="tag_resource", untag="untag_resource", resource="resourceArn", keys="tagKeys"),
    "elasticache": Tagging(tag="add_tags_to_resource", untag="remove_tags_from_resource", resource="ResourceName"),
    "elbv2": Tagging(tag="add_tags", untag="remove_tags", resource="ResourceArns", by="[id]"),
    "kafka": Tagging(tag="tag_resource", untag="untag_resource", resource="ResourceArn"),
    "kms": Tagging(tag="tag_resource", untag="untag_resource", resource="KeyId", by="id"),
    "logs": Tagging(tag="tag_resource", untag="untag_resource", resource="resourceArn", keys="tagKeys"),
    "rds": Tagging(tag="add_tags_to_resource", untag="remove_tags_from_resource", resource="ResourceName"),
    "sns": Tagging(tag="tag_resource", untag="untag_resource", resource="ResourceArn"),
    "wafv2": Tagging(tag="tag_resource", untag="untag_resource", resource="ResourceARN"),
}


def tag_member(shape: Shape | None) -> str | None:
    """The member of an input shape that takes tags (`Tags`, `UserPoolTags`, `TagSpecifications`)."""
    members: Mapping[str, Shape] = getattr(shape, "members", {})
    return next((name for name in members if name.lower().endswith(("tags", "tagspecifications"))), None)


def shaped(tags: Mapping[str, str], shape: Shape, resource_type: str) -> Any:
    """Tags as a shape wants them: a map, a list of key and value, a specification for `resource_type`."""
    if shape.type_name == "map":
        return dict(tags)
    element = cast("StructureShape", cast("ListShape", shape).member)
    if "ResourceType" in element.members:
        inner = element.members["Tags"]
        return [{"ResourceType": resource_type, "Tags": shaped(tags, inner, resource_type)}]
    key, value = sorted(element.members, key=lambda name: "value" in name.lower())
    return [{key: name, value: content} for name, content in tags.items()]

"""The rows of the tables: how one resource type is carried out through boto3."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sandbox.providers.aws.expression import Expression
from sandbox.providers.properties import Properties

if TYPE_CHECKING:
    from sandbox.providers.aws.session import Aws
    from sandbox.providers.aws.tagging import Tagging


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation of the row's service (`service` names another one).

    `members` maps members of the operation's input shape, dotted where nested, to expressions. Inputs that no member
    reads go to the member of the same name, letter case aside, at the top or inside the structure `into`; `by_name`
    false turns that off. `attributes` maps AWS's attribute keys to expressions for operations that take
    `Attributes`. `result` is where the resource is in the response; `record` what stands in for the response, dotted,
    where moto lacks the operation. `always` runs a setting even where none of its inputs is given.
    """

    operation: str
    members: Mapping[str, Expression] = field(default_factory=dict)
    attributes: Mapping[str, Expression] = field(default_factory=dict)
    record: Mapping[str, Expression] = field(default_factory=dict)
    service: str = ""
    into: str = ""
    result: Expression = "@"
    by_name: bool = True
    always: bool = False


def exactly(operation: str, *, result: Expression = "@", service: str = "", always: bool = False, **members: str) -> Call:
    """A call with just these members."""
    return Call(operation=operation, members=members, result=result, service=service, always=always, by_name=False)


@dataclass(frozen=True, kw_only=True)
class Autoname:
    """The property that names the resource where the program leaves it out, as the bridged provider does."""

    property: str = "name"
    max_length: int = 255
    prefix: str = ""
    lower: bool = False


class Backing(Protocol):
    """The local part behind a resource type. `document` holds inputs, outputs and `id`; results are outputs."""

    def start(self, aws: "Aws", document: Properties) -> Properties:
        """Makes the part, or gives it its new settings."""
        ...

    def outputs(self, aws: "Aws", document: Properties) -> Properties:
        """Where the part is now."""
        ...

    def stop(self, aws: "Aws", document: Properties) -> None:
        """Removes the part and its data; nothing happens where it is gone."""
        ...


@dataclass(frozen=True, kw_only=True)
class Row:
    """A resource type. Expressions read the document: inputs, outputs, `id`, `account`, `region`, `uuid`,
    `created` (the response to `create`) and `described` (what `describe` finds).

    What `create` carries and neither `settings` nor `update` do forces a replacement, and so does `force_new`.
    `settings` run after create where one of their inputs is given; both they and `update` run where one changed.
    `local` are inputs that only steer the provider; `defaults` are those the bridged provider fills in.
    """

    service: str
    create: Call
    id: Expression
    describe: Call | None = None
    settings: tuple[Call, ...] = ()
    update: tuple[Call, ...] = ()
    delete: tuple[Call, ...] = ()
    outputs: Mapping[str, Expression] = field(default_factory=dict)
    defaults: Properties = field(default_factory=dict)
    force_new: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    autoname: Autoname | None = None
    tag_resource: str = ""
    delete_before_replace: bool = False
    backing: Backing | None = None
    tagging: "Tagging | None" = None

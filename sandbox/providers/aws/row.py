"""The rows of the tables: how one resource type is carried out through boto3."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.providers.aws.expression import Expression
from sandbox.providers.properties import Properties

if TYPE_CHECKING:
    from sandbox.providers.aws.backing import Backing
    from sandbox.providers.aws.session import Aws


@dataclass(frozen=True, kw_only=True, eq=False)
class Call:
    """One operation. `members` maps members of its input shape, dotted where nested, to expressions; other inputs go
    to the member of the same name, at the top or inside the structure `into` (`by_name` false: nowhere; describing and
    deleting operations: to required members only).

    `attributes` maps keys of the `Attributes` member to expressions; `found` is where the resource is in the response;
    `record` stands in for the response where moto lacks the operation. The call is left out where `when` gives
    nothing, runs even without inputs where `always`, and takes its inputs one at a time where `singly`.
    """

    operation: str
    members: Mapping[str, Expression] = field(default_factory=dict)
    attributes: Mapping[str, Expression] = field(default_factory=dict)
    record: Mapping[str, Expression] = field(default_factory=dict)
    into: str = ""
    found: Expression = ""
    when: Expression = ""
    by_name: bool = True
    always: bool = False
    singly: bool = False


@dataclass(frozen=True, kw_only=True)
class Autoname:
    """The property that names the resource where the program leaves it out, as the bridged provider does.

    It counts only for types that have the property.
    """

    property: str = "name"
    max_length: int = 255
    prefix: str = ""
    lower: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A resource type. Expressions read the document: inputs, outputs, `id`, `account`, `region`, `uuid`, `created`
    (the response to `create`) and `described` (what `describe` finds).

    `keys` are the members that say which resource is meant, in every call. `members` go to every call that takes
    inputs. What create carries and neither `settings` (run after it, too) nor `update` do forces a replacement, and
    so do the keys and `force_new`; `local` inputs only steer the provider. Names are separated by spaces.
    `service` is the table's where it is left out. `emptied` takes out what would keep the resource from being deleted.
    What is left out of `describe`, `delete`, `id` and the output `arn` follows from the create operation's name.
    """

    create: Call | str
    keys: Mapping[str, Expression]
    id: Expression = ""
    members: Mapping[str, Expression] = field(default_factory=dict)
    describe: Call | str | None = ""
    settings: tuple[Call | str, ...] = ()
    update: tuple[Call | str, ...] = ()
    delete: tuple[Call | str, ...] | None = None
    outputs: Mapping[str, Expression] = field(default_factory=dict)
    defaults: Properties = field(default_factory=dict)
    force_new: str = ""
    local: str = ""
    autoname: Autoname = Autoname()
    tagging: tuple[str, str, Expression] | None = None
    tag_resource: str = ""
    delete_before_replace: bool = False
    backing: "Backing | None" = None
    emptied: "Callable[[Aws, Properties], None] | None" = None
    service: str = ""

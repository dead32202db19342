"""What rows leave out, found in botocore's models: the describing and deleting operations, where the id is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sandbox.providers.aws.expression import Expression
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.aws.session import Aws
from sandbox.providers.aws.shapes import Operation, Shape, is_list, is_structure, members_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A row with everything filled in."""

    row: Row
    id: Expression
    create: Call
    describe: Call | None
    settings: tuple[Call, ...]
    update: tuple[Call, ...]
    delete: tuple[Call, ...]
    tag_resource: str
    outputs: Mapping[str, Expression]


@cache
def plan_of(row: Row, aws: Aws) -> Plan:
    """The row's plan."""
    create, operations = _call(row.create), aws.operations(row.service)
    noun = create.operation.partition("_")[2]
    names = [f"describe_{noun}s", f"describe_{noun[:-1]}ies", f"describe_{noun}", f"get_{noun}"]
    described = next((name for name in names if name in operations), None) if row.describe == "" else row.describe
    deleted = row.delete if row.delete is not None else tuple({f"delete_{noun}"} & operations.keys())
    key, expression = next(iter(row.keys.items()))
    made = (
        f"created.{_place_of(key, operations[create.operation])}" if expression == "id" and not row.id else expression
    )
    arn = (
        "id" if expression == "id" and key.endswith("Arn") else f"{_arn('described', noun)} || {_arn('created', noun)}"
    )
    return Plan(
        row=row,
        id=row.id or made,
        create=create,
        describe=_describing(_call(described), operations) if described else None,
        settings=tuple(map(_call, row.settings)),
        update=tuple(map(_call, row.update)),
        delete=tuple(map(_call, deleted)),
        tag_resource=row.tag_resource or noun.replace("_", "-"),
        outputs={"arn": arn, **row.outputs},
    )


def _arn(place: str, noun: str) -> Expression:
    """The ARN in a response: `Arn`, or `DBSubnetGroupArn` for what is made by create_db_subnet_group."""
    return f"arn_in({place}, '{noun.replace('_', '')}arn')"


def _call(call: Call | str) -> Call:
    return Call(operation=call) if isinstance(call, str) else call


def _describing(call: Call, operations: Mapping[str, Operation]) -> Call:
    return call if call.found else Call(**{**vars(call), "found": _found(operations[call.operation].output_shape)})


def _found(shape: Shape) -> Expression:
    """The one structure, or the first of the one list of structures, in a describing response."""
    for name, member in members_of(shape).items():
        if is_structure(member):
            return name
        if is_list(member) and is_structure(member.member):
            return f"{name}[0]"
    return "@"


def _place_of(key: str, operation: Operation) -> Expression:
    """Where a creating response has the member `key`: at the top, in a structure or in the first of a list."""
    members = members_of(operation.output_shape)
    places = {name: member for name, member in members.items() if key in members_of(member)}
    lists = {
        f"{name}[0]": member for name, member in members.items() if is_list(member) and key in members_of(member.member)
    }
    return key if key in members else f"{next(iter(places | lists))}.{key}"

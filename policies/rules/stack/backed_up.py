"""STK-11: everything that keeps data is picked by a backup plan."""

from collections.abc import Iterator
from typing import Any

from policies.controls import BACKUP, controls, security_hub
from policies.graph import Graph, Node
from policies.providers import default_tags
from policies.rule import NOT_APPLICABLE, GraphRule, Parameter, Parameters, Severity, Verdict, require
from policies.tokens import RDS_INSTANCE
from policies.values import known, read, read_list, some

_SELECTION = "aws:backup/selection:Selection"


def picked(resource: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """A selection of a plan names it, or a tag that it carries."""
    if not parameters["required"]:
        return NOT_APPLICABLE
    selections = graph.of(_SELECTION)
    named = any(resource in graph.references(selection, "resources", resource.type) for selection in selections)
    if named:
        return require(True, "")
    tags = {**default_tags(graph), **(read(resource.properties, "tags") or {})}
    wanted = [tag for selection in selections for tag in _tags(selection)]
    return require(some(wanted, lambda tag: known(tags.get(tag[0])) == known(tag[1])), "no backup selection picks it")


def _tags(selection: Node) -> Iterator[tuple[str, Any]]:
    for tag in read_list(selection.properties, "selectionTags"):
        yield str(read(tag, "key")), known(tag).get("value")


RULE = GraphRule(
    id="STK-11",
    severity=Severity.HIGH,
    title="Everything that keeps data is picked by a backup plan",
    rationale="Snapshots beside the database go with the database; a vault does not.",
    fix="Set `resources` of an `aws:backup/selection:Selection` to its ARN, or `selectionTags` to a tag of it.",
    types=(
        RDS_INSTANCE,
        "aws:efs/fileSystem:FileSystem",
        "aws:dynamodb/table:Table",
    ),
    controls=controls(BACKUP, hub=("RDS.26", "EFS.2", "DynamoDB.4")),
    link=security_hub("RDS.26"),
    parameters={"required": Parameter(default=True, description="Whether data must be in a backup plan.")},
    checks=(picked,),
)

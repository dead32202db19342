"""RDS-13: databases refuse connections without TLS."""

from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.database import database_parameter
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, combine, decide, require, violating
from policies.tokens import RDS_INSTANCE
from policies.values import shown

_GROUP = "aws:rds/parameterGroup:ParameterGroup"


def forced(instance: Node, graph: Graph, _: Parameters) -> Verdict:
    """The instance uses a group of the stack, and the group forces TLS."""
    groups = graph.references(instance, "parameterGroupName", _GROUP)
    if not groups:
        return violating("parameterGroupName is no group of this stack")
    return combine(decide(_forces_tls, group) for group in groups)


def _forces_tls(group: Node) -> Verdict:
    setting = database_parameter(group.properties, "rds.force_ssl")
    return require(setting == "1", f"rds.force_ssl is {shown(setting)} in {group.name}, must be 1")


RULE = GraphRule(
    id="RDS-13",
    severity=Severity.HIGH,
    title="Databases refuse connections without TLS",
    rationale="Queries and their results are read by whoever sits on the network.",
    fix="Set rds.force_ssl to 1 in `parameters` of the group that `parameterGroupName` names.",
    types=(RDS_INSTANCE,),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("RDS.38",)),
    link=security_hub("RDS.38"),
    checks=(forced,),
)

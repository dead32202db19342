"""STK-18: what keeps state is protected in the program too."""

from policies.controls import AVAILABILITY, BACKUP, controls
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameter, Parameters, Severity, Verdict, require
from policies.tokens import MSK_CLUSTER, RDS_INSTANCE


def protected(resource: Node, _: Graph, parameters: Parameters) -> Verdict:
    """The engine refuses to delete it."""
    if not parameters["required"]:
        return NOT_APPLICABLE
    return require(resource.protect, "the option protect is off")


RULE = GraphRule(
    id="STK-18",
    severity=Severity.MEDIUM,
    title="What keeps state is protected in the program too",
    rationale="The cloud's own protection is lifted by the same command that then deletes.",
    fix="Set the resource option `protect` to true.",
    types=(
        RDS_INSTANCE,
        MSK_CLUSTER,
        "aws:cognito/userPool:UserPool",
    ),
    controls=controls(AVAILABILITY, BACKUP),
    link="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    parameters={"required": Parameter(default=True, description="Whether stateful resources must be protected.")},
    checks=(protected,),
)

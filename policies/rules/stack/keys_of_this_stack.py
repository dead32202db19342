"""STK-04: every key in use is of this stack."""

from policies.controls import KEY_MANAGEMENT, controls
from policies.graph import Graph, Node
from policies.keys import KEY_PATHS, KEY_USERS, key_of
from policies.rule import (
    COMPLIANT,
    NOT_APPLICABLE,
    GraphRule,
    Parameter,
    Parameters,
    Severity,
    Verdict,
    combine,
    decide,
    violating,
)
from policies.values import read, shown


def owned(user: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """Each property that names a key names one of the stack, or one that is listed."""
    return combine(decide(_of_the_stack, user, graph, path, parameters["keys"]) for path in KEY_PATHS[user.type])


def _of_the_stack(user: Node, graph: Graph, path: str, listed: tuple[str, ...]) -> Verdict:
    if key_of(user, graph, path):
        return COMPLIANT
    named = read(user.properties, path)
    return NOT_APPLICABLE if named is None or named in listed else violating(f"{path} is {shown(named)}")


RULE = GraphRule(
    id="STK-04",
    severity=Severity.HIGH,
    title="Every key in use is of this stack",
    rationale="A key that nobody here owns cannot be rotated, watched or revoked here.",
    fix=("Set it to the `arn` of an `aws:kms/key:Key` of the stack, or list its ARN in the parameter `keys`."),
    types=KEY_USERS,
    controls=controls(KEY_MANAGEMENT),
    link="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    parameters={"keys": Parameter(default=(), description="ARNs of keys of other stacks that may be used.")},
    checks=(owned,),
)

"""SEC-02: each secret rotates within 90 days."""

from policies.controls import SECRETS, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, combine, decide, require, violating
from policies.values import read, shown

_LONGEST_DAYS = 90


def rotated(secret: Node, graph: Graph, _: Parameters) -> Verdict:
    """A rotation is for it, on a schedule or within the days."""
    rotations = graph.referrers(secret, "aws:secretsmanager/secretRotation:SecretRotation", "secretId")
    if not rotations:
        return violating("no rotation is for it")
    return combine(decide(_soon, rotation) for rotation in rotations)


def _soon(rotation: Node) -> Verdict:
    days = read(rotation.properties, "rotationRules.automaticallyAfterDays")
    scheduled = read(rotation.properties, "rotationRules.scheduleExpression") is not None
    soon = scheduled if days is None else days <= _LONGEST_DAYS
    return require(soon, f"it rotates after {shown(days)} days, must be {_LONGEST_DAYS} or less")


RULE = GraphRule(
    id="SEC-02",
    severity=Severity.MEDIUM,
    title="Each secret rotates within 90 days",
    rationale="A secret that never changes is known to everybody who ever worked here.",
    fix="Declare a `SecretRotation` for the secret with `rotationRules.automaticallyAfterDays` of 90 or less.",
    types=("aws:secretsmanager/secret:Secret",),
    controls=controls(SECRETS, hub=("SecretsManager.1", "SecretsManager.4")),
    link=security_hub("SecretsManager.1"),
    checks=(rotated,),
)

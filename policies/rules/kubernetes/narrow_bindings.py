"""K8S-17: no binding gives the cluster away."""

from policies.checks import differs, each
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_EVERYBODY = ("system:masters", "system:anonymous", "system:authenticated", "system:unauthenticated")


def one_of_ours(subject: Properties, _: Parameters) -> Verdict:
    """A subject is no built-in group or user of the system."""
    name = read(subject, "name")
    return require(name not in _EVERYBODY, f"a subject is {shown(name)}")


RULE = Rule(
    id="K8S-17",
    severity=Severity.CRITICAL,
    title="No binding gives the cluster away",
    rationale="cluster-admin to a group of everybody is the cluster to everybody.",
    fix="Set `roleRef.name` to a role of the stack and `subjects` to service accounts.",
    types=(
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ),
    controls=controls(LEAST_PRIVILEGE, eks=("4.1.1", "4.1.7"), nsa=("Authentication and authorization",)),
    link="https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
    checks=(
        differs("roleRef.name", "cluster-admin"),
        each("subjects", one_of_ours),
    ),
)

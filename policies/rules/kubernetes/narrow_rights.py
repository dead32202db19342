"""K8S-16: no role in the cluster may do everything or make itself more."""

from policies.checks import each
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import COMPLIANT, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read_list, shown, some

_VERBS = ("*", "escalate", "bind", "impersonate")
_RESOURCES = ("*", "nodes/proxy", "pods/exec", "serviceaccounts/token")
_READING = ("get", "list", "watch")


def named_verbs(rule: Properties, _: Parameters) -> Verdict:
    """A rule has no wildcard and no verb that widens rights."""
    verbs = read_list(rule, "verbs")
    return require(not some(verbs, lambda verb: verb in _VERBS), f"a rule allows the verbs {shown(verbs)}")


def named_resources(rule: Properties, _: Parameters) -> Verdict:
    """A rule has no wildcard and no way into nodes and pods."""
    resources = read_list(rule, "resources")
    return require(not some(resources, lambda name: name in _RESOURCES), f"a rule is for {shown(resources)}")


def no_secrets(rule: Properties, _: Parameters) -> Verdict:
    """A rule does not read all secrets."""
    secrets = some(read_list(rule, "resources"), lambda name: name == "secrets")
    if not secrets or read_list(rule, "resourceNames"):
        return COMPLIANT
    return require(not some(read_list(rule, "verbs"), lambda verb: verb in _READING), "a rule reads every secret")


RULE = Rule(
    id="K8S-16",
    severity=Severity.CRITICAL,
    title="No role in the cluster may do everything or make itself more",
    rationale="With escalate, bind or impersonate any account becomes cluster-admin.",
    fix="Name `verbs`, `resources` and `apiGroups` of each rule.",
    types=(
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
    ),
    controls=controls(
        LEAST_PRIVILEGE, eks=("4.1.2", "4.1.3", "4.1.4", "4.1.8"), nsa=("Authentication and authorization",)
    ),
    link="https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
    checks=(
        each("rules", named_verbs),
        each("rules", named_resources),
        each("rules", no_secrets),
    ),
)

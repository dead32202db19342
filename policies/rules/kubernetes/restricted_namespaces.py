"""K8S-20: every namespace enforces the restricted pod security standard of a version."""

from policies.cluster import NAMESPACE
from policies.controls import LEAST_PRIVILEGE, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, known, read, shown

_LEVEL = "pod-security.kubernetes.io/enforce"
_VERSION = "pod-security.kubernetes.io/enforce-version"


def enforced(namespace: Properties, _: Parameters) -> Verdict:
    """The labels are there, the level is restricted, the version is pinned."""
    labels = read(namespace, "metadata.labels") or {}
    level, version = known(labels.get(_LEVEL), _LEVEL), known(labels.get(_VERSION), _VERSION)
    pinned = bool(version) and version != "latest"
    return require(level == "restricted" and pinned, f"{_LEVEL} is {shown(level)}, its version {shown(version)}")


RULE = Rule(
    id="K8S-20",
    severity=Severity.HIGH,
    title="Every namespace enforces the restricted pod security standard of a version",
    rationale="What the program forgets, the API server then refuses.",
    fix="Set the labels `pod-security.kubernetes.io/enforce` to restricted and `enforce-version` to a version.",
    types=(NAMESPACE,),
    controls=controls(LEAST_PRIVILEGE, eks=("4.2.1",), pss=("Restricted",), nsa=("Pod security",)),
    link="https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    checks=(enforced,),
)

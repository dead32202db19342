"""K8S-01: no container is privileged."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read


def unprivileged(container: Container, _: Properties, __: Parameters) -> Verdict:
    """The container keeps to its own devices and capabilities."""
    return require(read(container, "securityContext.privileged") is not True, f"{named(container)} is privileged")


RULE = Rule(
    id="K8S-01",
    severity=Severity.CRITICAL,
    title="No container is privileged",
    rationale="A privileged container is root on the node.",
    fix="Leave out `securityContext.privileged` or set it to false.",
    types=WORKLOADS,
    controls=controls(LEAST_PRIVILEGE, eks=("4.2.1",), pss=("Baseline: Privileged Containers",), nsa=("Pod security",)),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(on_containers(unprivileged),),
)

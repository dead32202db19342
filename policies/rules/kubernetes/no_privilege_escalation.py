"""K8S-03: no process gains more privileges than its parent."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def contained(container: Container, _: Properties, __: Parameters) -> Verdict:
    """It is refused in so many words: Kubernetes allows it where nothing is said."""
    stated = read(container, "securityContext.allowPrivilegeEscalation")
    return require(stated is False, f"{named(container)} has allowPrivilegeEscalation {shown(stated)}, must be false")


RULE = Rule(
    id="K8S-03",
    severity=Severity.HIGH,
    title="No process gains more privileges than its parent",
    rationale="A setuid binary in an image is otherwise enough to become root.",
    fix="Set `securityContext.allowPrivilegeEscalation` to false on every container.",
    types=WORKLOADS,
    controls=controls(
        LEAST_PRIVILEGE, eks=("4.2.5",), pss=("Restricted: Privilege Escalation",), nsa=("Pod security",)
    ),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(on_containers(contained),),
)

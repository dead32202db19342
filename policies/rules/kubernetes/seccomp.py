"""K8S-06: every container runs under a seccomp profile."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers, security
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, shown

_PROFILES = ("RuntimeDefault", "Localhost")


def profiled(container: Container, spec: Properties, _: Parameters) -> Verdict:
    """The profile is the runtime's or one of the node's."""
    profile = security(container, spec, "seccompProfile.type")
    return require(profile in _PROFILES, f"{named(container)} has seccompProfile {shown(profile)}")


RULE = Rule(
    id="K8S-06",
    severity=Severity.MEDIUM,
    title="Every container runs under a seccomp profile",
    rationale="Most kernel holes are reached by system calls that no service needs.",
    fix="Set `securityContext.seccompProfile.type` to RuntimeDefault on the pod.",
    types=WORKLOADS,
    controls=controls(LEAST_PRIVILEGE, cis_kubernetes=("5.6.2",), pss=("Restricted: Seccomp",), nsa=("Pod security",)),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(on_containers(profiled),),
)

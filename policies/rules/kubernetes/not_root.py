"""K8S-04: no container runs as root or as one of the node's users."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers, security
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, shown


def unprivileged_user(container: Container, spec: Properties, _: Parameters) -> Verdict:
    """The kubelet refuses to start it as root."""
    stated = security(container, spec, "runAsNonRoot")
    return require(stated is True, f"{named(container)} has runAsNonRoot {shown(stated)}, must be true")


def high_number(container: Container, spec: Properties, parameters: Parameters) -> Verdict:
    """Its user id is none that a node knows."""
    user, least = security(container, spec, "runAsUser"), parameters["lowest_user"]
    enough = user is not None and user >= least
    return require(enough, f"{named(container)} has runAsUser {shown(user)}, must be at least {least}")


RULE = Rule(
    id="K8S-04",
    severity=Severity.HIGH,
    title="No container runs as root or as one of the node's users",
    rationale="Root in a container is root on the node as soon as one wall falls.",
    fix="Set `securityContext.runAsNonRoot` to true and `runAsUser` to 10000 or more.",
    types=WORKLOADS,
    controls=controls(
        LEAST_PRIVILEGE, cis_kubernetes=("5.2.7",), pss=("Restricted: Running as Non-root",), nsa=("Pod security",)
    ),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    parameters={"lowest_user": Parameter(default=10000, description="The lowest user id that containers may have.")},
    checks=(
        on_containers(unprivileged_user),
        on_containers(high_number),
    ),
)

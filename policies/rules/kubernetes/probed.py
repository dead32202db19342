"""K8S-12: every server is probed and, where it is said, has replicas enough."""

from policies.controls import AVAILABILITY, controls
from policies.pod import SERVERS, Container, named, on_containers
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_PROBES = ("livenessProbe", "readinessProbe")


def probed(container: Container, _: Properties, __: Parameters) -> Verdict:
    """Both probes are there."""
    missing = [probe for probe in _PROBES if not read(container, probe)]
    return require(not missing, f"{named(container)} has no {' and no '.join(missing)}")


def enough_replicas(workload: Properties, parameters: Parameters) -> Verdict:
    """A number that is stated is large enough; an autoscaler's workload states none."""
    replicas, least = read(workload, "spec.replicas"), parameters["minimum_replicas"]
    return require(replicas is None or replicas >= least, f"spec.replicas is {shown(replicas)}, must be {least}")


RULE = Rule(
    id="K8S-12",
    severity=Severity.LOW,
    title="Every server is probed and, where it is said, has replicas enough",
    rationale="Without a readiness probe orders are sent to a pod that is still starting.",
    fix=("Set `livenessProbe` and `readinessProbe`, and `spec.replicas` to the parameter `minimum_replicas` or more."),
    types=SERVERS,
    controls=controls(AVAILABILITY),
    link="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    parameters={"minimum_replicas": Parameter(default=1, description="How many pods a server has at least.")},
    checks=(
        on_containers(probed, kinds=("containers",)),
        enough_replicas,
    ),
)

"""K8S-11: every container says what it needs and where it ends."""

from policies.controls import AVAILABILITY, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, combine, decide, require
from policies.values import Properties, read

_NEEDED = ("requests.cpu", "requests.memory", "limits.memory")


def bounded(container: Container, _: Properties, __: Parameters) -> Verdict:
    """Requests place it, the memory limit ends it before the node ends."""
    return combine(decide(_states, container, name) for name in _NEEDED)


def _states(container: Container, name: str) -> Verdict:
    return require(bool(read(container, f"resources.{name}")), f"{named(container)} has no resources.{name}")


RULE = Rule(
    id="K8S-11",
    severity=Severity.MEDIUM,
    title="Every container says what it needs and where it ends",
    rationale="One pod without a limit takes a node's memory from all the others.",
    fix="Set `resources.requests.cpu`, `resources.requests.memory` and `resources.limits.memory`.",
    types=WORKLOADS,
    controls=controls(AVAILABILITY, nsa=("Resource policies",)),
    link="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    checks=(on_containers(bounded),),
)

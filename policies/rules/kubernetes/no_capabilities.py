"""K8S-05: every container drops all capabilities and adds at most the low ports."""

from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, every, read_list, shown, some


def dropped(container: Container, _: Properties, __: Parameters) -> Verdict:
    """All are dropped."""
    drops = read_list(container, "securityContext.capabilities.drop")
    return require(some(drops, lambda name: name == "ALL"), f"{named(container)} drops {shown(drops)}, must drop ALL")


def added(container: Container, _: Properties, __: Parameters) -> Verdict:
    """None is added but the one for ports below 1024."""
    adds = read_list(container, "securityContext.capabilities.add")
    return require(every(adds, lambda name: name == "NET_BIND_SERVICE"), f"{named(container)} adds {shown(adds)}")


RULE = Rule(
    id="K8S-05",
    severity=Severity.MEDIUM,
    title="Every container drops all capabilities and adds at most the low ports",
    rationale="Each capability is a piece of root.",
    fix="Set `securityContext.capabilities.drop` to ALL, and `add` to nothing or NET_BIND_SERVICE.",
    types=WORKLOADS,
    controls=controls(
        LEAST_PRIVILEGE, cis_kubernetes=("5.2.8", "5.2.9"), pss=("Restricted: Capabilities",), nsa=("Pod security",)
    ),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(
        on_containers(dropped),
        on_containers(added),
    ),
)

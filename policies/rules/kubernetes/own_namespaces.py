"""K8S-02: no pod shares the node's processes, memory, network or ports."""

from policies.checks import differs
from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, Container, named, on_containers, on_pod
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, read_list, some


def without_host_ports(container: Container, _: Properties, __: Parameters) -> Verdict:
    """No port is opened on the node itself."""
    taken = some(read_list(container, "ports"), lambda port: bool(read(port, "hostPort")))
    return require(not taken, f"{named(container)} takes a port of the node")


RULE = Rule(
    id="K8S-02",
    severity=Severity.HIGH,
    title="No pod shares the node's processes, memory, network or ports",
    rationale="From the node's network a pod reaches the kubelet and every credential on the node.",
    fix="Leave out `hostPID`, `hostIPC`, `hostNetwork` and `hostPort`.",
    types=WORKLOADS,
    controls=controls(
        LEAST_PRIVILEGE,
        eks=("4.2.2", "4.2.3", "4.2.4"),
        pss=("Baseline: Host Namespaces", "Baseline: Host Ports"),
        nsa=("Pod security",),
    ),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(
        on_pod(differs("hostPID", True)),
        on_pod(differs("hostIPC", True)),
        on_pod(differs("hostNetwork", True)),
        on_containers(without_host_ports),
    ),
)

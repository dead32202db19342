"""K8S-08: no pod mounts the node's file system."""

from policies.checks import each
from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, on_pod
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, known, read, shown

_HARMLESS = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "name",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def harmless(volume: Properties, _: Parameters) -> Verdict:
    """The volume is of a kind that holds nothing of the node."""
    kinds = sorted(set(known(volume)) - _HARMLESS)
    return require(not kinds, f"volume {read(volume, 'name')} is a {shown(kinds)}")


RULE = Rule(
    id="K8S-08",
    severity=Severity.HIGH,
    title="No pod mounts the node's file system",
    rationale="Through a host path a pod reads every other pod's secrets.",
    fix=(
        "Use configMap, csi, downwardAPI, emptyDir, ephemeral, persistentVolumeClaim, projected or secret in `volumes`."
    ),
    types=WORKLOADS,
    controls=controls(
        LEAST_PRIVILEGE, cis_kubernetes=("5.2.11",), pss=("Restricted: Volume Types",), nsa=("Pod security",)
    ),
    link="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    checks=(on_pod(each("volumes", harmless)),),
)

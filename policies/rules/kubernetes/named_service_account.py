"""K8S-09: every pod has a service account of its own and no token it does not need."""

from policies.checks import differs, equals, present
from policies.controls import LEAST_PRIVILEGE, controls
from policies.pod import WORKLOADS, on_pod
from policies.rule import Rule, Severity

RULE = Rule(
    id="K8S-09",
    severity=Severity.MEDIUM,
    title="Every pod has a service account of its own and no token it does not need",
    rationale="A token that a pod does not need is one that an attacker can use.",
    fix="Set `serviceAccountName`, and `automountServiceAccountToken` to false.",
    types=WORKLOADS,
    controls=controls(LEAST_PRIVILEGE, eks=("4.1.5", "4.1.6"), nsa=("Authentication and authorization",)),
    link="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
    checks=(
        on_pod(present("serviceAccountName")),
        on_pod(differs("serviceAccountName", "default")),
        on_pod(equals("automountServiceAccountToken", False)),
    ),
)

"""K8S-14: nothing is put into the default namespace."""

from policies.checks import differs, present
from policies.cluster import CONFIG_MAP, DISRUPTION_BUDGET, NETWORK_POLICY, SERVICE, SERVICE_ACCOUNT
from policies.controls import CONFIGURATION, controls
from policies.pod import WORKLOADS
from policies.rule import Rule, Severity

RULE = Rule(
    id="K8S-14",
    severity=Severity.MEDIUM,
    title="Nothing is put into the default namespace",
    rationale="The default namespace has no policies, and whatever is forgotten ends up there.",
    fix="Set `metadata.namespace` to a namespace of the stack.",
    types=(
        *WORKLOADS,
        SERVICE,
        SERVICE_ACCOUNT,
        CONFIG_MAP,
        "kubernetes:core/v1:Secret",
        NETWORK_POLICY,
        DISRUPTION_BUDGET,
        "kubernetes:networking.k8s.io/v1:Ingress",
    ),
    controls=controls(CONFIGURATION, eks=("4.5.2",), nsa=("Namespaces",)),
    link="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    checks=(
        present("metadata.namespace"),
        differs("metadata.namespace", "default"),
    ),
)

"""K8S-18: no Service opens a way in of its own."""

from policies.checks import absent, one_of
from policies.cluster import SERVICE
from policies.controls import NETWORK_BOUNDARY, controls
from policies.rule import Rule, Severity

RULE = Rule(
    id="K8S-18",
    severity=Severity.HIGH,
    title="No Service opens a way in of its own",
    rationale="A second way in has no firewall, no log and no alarm.",
    fix=(
        "Set `spec.type` to ClusterIP and leave out `externalIPs`; bind pods to the load balancer by "
        "TargetGroupBinding."
    ),
    types=(SERVICE,),
    controls=controls(NETWORK_BOUNDARY, eks=("5.4.5",)),
    link="https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    checks=(
        one_of("spec.type", ("ClusterIP",), default="ClusterIP"),
        absent("spec.externalIPs"),
    ),
)

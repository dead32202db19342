"""K8S-22: an Ingress speaks TLS behind a web ACL."""

from policies.checks import present
from policies.controls import ENCRYPTION_IN_TRANSIT, WEB_PROTECTION, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, known, read

_ANNOTATION = "alb.ingress.kubernetes.io/wafv2-acl-arn"


def behind_acl(ingress: Properties, _: Parameters) -> Verdict:
    """The annotation names a web ACL."""
    annotations = read(ingress, "metadata.annotations") or {}
    return require(bool(known(annotations.get(_ANNOTATION), _ANNOTATION)), f"it has no {_ANNOTATION}")


RULE = Rule(
    id="K8S-22",
    severity=Severity.HIGH,
    title="An Ingress speaks TLS behind a web ACL",
    rationale="An Ingress makes a load balancer that nobody put a firewall before.",
    fix="Set `spec.tls` and the annotation `alb.ingress.kubernetes.io/wafv2-acl-arn`.",
    types=("kubernetes:networking.k8s.io/v1:Ingress",),
    controls=controls(WEB_PROTECTION, ENCRYPTION_IN_TRANSIT, eks=("5.4.5",)),
    link="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    checks=(
        present("spec.tls"),
        behind_acl,
    ),
)

"""K8S-13: no container takes a secret by its environment."""

from policies.controls import SECRETS, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, read_list, some


def by_file(container: Container, _: Properties, __: Parameters) -> Verdict:
    """Neither one variable nor a whole set comes from a Secret."""
    one = some(read_list(container, "env"), lambda variable: read(variable, "valueFrom.secretKeyRef") is not None)
    whole = some(read_list(container, "envFrom"), lambda source: read(source, "secretRef") is not None)
    return require(not one and not whole, f"{named(container)} takes a Secret by its environment")


RULE = Rule(
    id="K8S-13",
    severity=Severity.MEDIUM,
    title="No container takes a secret by its environment",
    rationale="The environment is printed in crash reports and inherited by every child.",
    fix="Replace `secretKeyRef` by a file in `volumes`, or fetch the secret by the pod's identity.",
    types=WORKLOADS,
    controls=controls(SECRETS, eks=("4.4.1",)),
    link="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    checks=(on_containers(by_file),),
)

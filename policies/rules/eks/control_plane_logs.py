"""EKS-03: the control plane writes all of its logs."""

from policies.checks import includes
from policies.controls import AUDIT_LOGGING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import EKS_CLUSTER

RULE = Rule(
    id="EKS-03",
    severity=Severity.MEDIUM,
    title="The control plane writes all of its logs",
    rationale="The audit log is the only account of who did what through the API.",
    fix="Set `enabledClusterLogTypes` to api, audit, authenticator, controllerManager and scheduler.",
    types=(EKS_CLUSTER,),
    controls=controls(AUDIT_LOGGING, hub=("EKS.8",), eks=("2.1.1",)),
    link=security_hub("EKS.8"),
    checks=(includes("enabledClusterLogTypes", "api", "audit", "authenticator", "controllerManager", "scheduler"),),
)

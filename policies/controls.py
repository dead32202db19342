"""The frameworks that rules answer to, and the identifiers that a whole theme shares."""

from collections.abc import Mapping
from enum import StrEnum


class Framework(StrEnum):
    """A published set of controls."""

    FSBP = "AWS Security Hub"
    CIS_AWS = "CIS AWS Foundations 5.0"
    CIS_EKS = "CIS Amazon EKS 1.7"
    CIS_KUBERNETES = "CIS Kubernetes 1.10"
    NIST = "NIST 800-53 r5"
    SOC2 = "SOC 2"
    PCI = "PCI DSS 4.0"
    NSA = "NSA/CISA Kubernetes Hardening 1.2"
    PSS = "Kubernetes Pod Security Standards"


Controls = Mapping[Framework, tuple[str, ...]]

ENCRYPTION_AT_REST: Controls = {Framework.NIST: ("SC-28",), Framework.SOC2: ("CC6.1",), Framework.PCI: ("3.5.1",)}
ENCRYPTION_IN_TRANSIT: Controls = {Framework.NIST: ("SC-8",), Framework.SOC2: ("CC6.7",), Framework.PCI: ("4.2.1",)}
KEY_MANAGEMENT: Controls = {Framework.NIST: ("SC-12",), Framework.SOC2: ("CC6.1",), Framework.PCI: ("3.7.4",)}
NETWORK_BOUNDARY: Controls = {Framework.NIST: ("SC-7",), Framework.SOC2: ("CC6.6",), Framework.PCI: ("1.3.1",)}
NETWORK_EGRESS: Controls = {Framework.NIST: ("SC-7",), Framework.SOC2: ("CC6.6",), Framework.PCI: ("1.3.2",)}
PUBLIC_ACCESS: Controls = {Framework.NIST: ("AC-3", "SC-7"), Framework.SOC2: ("CC6.6",), Framework.PCI: ("1.4.4",)}
LEAST_PRIVILEGE: Controls = {Framework.NIST: ("AC-6",), Framework.SOC2: ("CC6.3",), Framework.PCI: ("7.2.2",)}
AUTHENTICATION: Controls = {Framework.NIST: ("IA-2",), Framework.SOC2: ("CC6.1",), Framework.PCI: ("8.2.1",)}
SECRETS: Controls = {Framework.NIST: ("IA-5",), Framework.SOC2: ("CC6.1",), Framework.PCI: ("8.6.2",)}
AUDIT_LOGGING: Controls = {Framework.NIST: ("AU-2", "AU-12"), Framework.SOC2: ("CC7.2",), Framework.PCI: ("10.2.1",)}
LOG_RETENTION: Controls = {Framework.NIST: ("AU-11",), Framework.SOC2: ("CC7.3",), Framework.PCI: ("10.5.1",)}
MONITORING: Controls = {Framework.NIST: ("SI-4",), Framework.SOC2: ("CC7.2",), Framework.PCI: ("10.4.1",)}
BACKUP: Controls = {Framework.NIST: ("CP-9",), Framework.SOC2: ("A1.2",)}
AVAILABILITY: Controls = {Framework.NIST: ("CP-10", "SI-13"), Framework.SOC2: ("A1.2",)}
PATCHING: Controls = {Framework.NIST: ("SI-2",), Framework.SOC2: ("CC7.1",), Framework.PCI: ("6.3.3",)}
WEB_PROTECTION: Controls = {Framework.NIST: ("SC-7", "SI-4"), Framework.SOC2: ("CC6.6",), Framework.PCI: ("6.4.2",)}
CONFIGURATION: Controls = {Framework.NIST: ("CM-6",), Framework.SOC2: ("CC8.1",), Framework.PCI: ("2.2.1",)}
INTEGRITY: Controls = {Framework.NIST: ("SI-7",), Framework.SOC2: ("CC8.1",), Framework.PCI: ("6.3.2",)}


def controls(
    *themes: Controls,
    hub: tuple[str, ...] = (),
    cis: tuple[str, ...] = (),
    eks: tuple[str, ...] = (),
    cis_kubernetes: tuple[str, ...] = (),
    nsa: tuple[str, ...] = (),
    pss: tuple[str, ...] = (),
) -> Controls:
    """The themes' identifiers together with those of one rule: Security Hub, CIS AWS, CIS EKS and Kubernetes' own."""
    merged: dict[Framework, tuple[str, ...]] = {
        Framework.FSBP: hub,
        Framework.CIS_AWS: cis,
        Framework.CIS_EKS: eks,
        Framework.CIS_KUBERNETES: cis_kubernetes,
        Framework.NSA: nsa,
        Framework.PSS: pss,
    }
    for theme in themes:
        for framework, identifiers in theme.items():
            merged[framework] = tuple(dict.fromkeys((*merged.get(framework, ()), *identifiers)))
    return {framework: identifiers for framework, identifiers in merged.items() if identifiers}


def security_hub(control: str) -> str:
    """The page of a Security Hub control such as `RDS.3`."""
    service, number = control.lower().split(".")
    return f"https://docs.aws.amazon.com/securityhub/latest/userguide/{service}-controls.html#{service}-{number}"

"""What every Kubernetes object of the platform shares: labels, the restricted profile, common network rules."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.ports import Port

PART_OF = "fortress"
POD_IDENTITY_AGENT_CIDR = "169.254.170.23/32"
"""Where the EKS Pod Identity agent answers on every node."""
ANYWHERE = "0.0.0.0/0"
_SERVICE_USER_ID = 10001


def selector_labels(name: str) -> dict[str, str]:
    """The labels that select one application's pods; they never change while it lives."""
    return {"app.kubernetes.io/name": name}


def labels(name: str, component: str) -> dict[str, str]:
    """The labels of an object of one application."""
    return {
        **selector_labels(name),
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": PART_OF,
        "app.kubernetes.io/managed-by": "pulumi",
    }


def restricted_namespace_labels(kubernetes_version: str) -> dict[str, str]:
    """Enforce the restricted Pod Security profile, as the given version (`1.35`) defines it."""
    profile = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    versions = {f"{key}-version": f"v{kubernetes_version}" for key in profile}
    return {"app.kubernetes.io/part-of": PART_OF, **profile, **versions}


def restricted_pod_security() -> k8s.core.v1.PodSecurityContextArgs:
    """What the restricted profile asks of a pod, under a user that is in no image's default group."""
    return k8s.core.v1.PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=_SERVICE_USER_ID,
        run_as_group=_SERVICE_USER_ID,
        fs_group=_SERVICE_USER_ID,
        seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault"),
    )


def restricted_container_security() -> k8s.core.v1.SecurityContextArgs:
    """What the restricted profile asks of a container, and a root file system that cannot be written."""
    return k8s.core.v1.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        run_as_non_root=True,
        capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
    )


def spread_over_zones(pod_labels: Mapping[str, str]) -> list[k8s.core.v1.TopologySpreadConstraintArgs]:
    """Spread the selected pods over zones first, then over nodes; a pod that cannot be spread still runs."""
    return [
        k8s.core.v1.TopologySpreadConstraintArgs(
            max_skew=1,
            topology_key=topology_key,
            when_unsatisfiable="ScheduleAnyway",
            label_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(pod_labels)),
        )
        for topology_key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def peers_in_namespace(namespace: str) -> k8s.networking.v1.NetworkPolicyPeerArgs:
    """Every pod of one namespace."""
    return k8s.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=k8s.meta.v1.LabelSelectorArgs(match_labels={"kubernetes.io/metadata.name": namespace})
    )


def peers_at(*cidrs: str) -> list[k8s.networking.v1.NetworkPolicyPeerArgs]:
    """Every address of these ranges."""
    return [
        k8s.networking.v1.NetworkPolicyPeerArgs(ip_block=k8s.networking.v1.IPBlockArgs(cidr=cidr)) for cidr in cidrs
    ]


def network_policy(
    logical_name: str,
    *,
    namespace: str,
    name: str,
    opts: pulumi.ResourceOptions,
    pod_labels: Mapping[str, str] | None = None,
    ingress: Sequence[k8s.networking.v1.NetworkPolicyIngressRuleArgs] | None = None,
    egress: Sequence[k8s.networking.v1.NetworkPolicyEgressRuleArgs] | None = None,
) -> k8s.networking.v1.NetworkPolicy:
    """A policy for the directions that are given; an empty list allows nothing in that direction.

    Without `pod_labels` it is for every pod of the namespace.
    """
    directions = {"Ingress": ingress, "Egress": egress}
    return k8s.networking.v1.NetworkPolicy(
        logical_name,
        metadata=k8s.meta.v1.ObjectMetaArgs(name=name, namespace=namespace),
        spec=k8s.networking.v1.NetworkPolicySpecArgs(
            pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(pod_labels) if pod_labels else None),
            policy_types=[direction for direction, rules in directions.items() if rules is not None],
            ingress=ingress,
            egress=egress,
        ),
        opts=opts,
    )


def tcp(*ports: int) -> list[k8s.networking.v1.NetworkPolicyPortArgs]:
    """These TCP ports."""
    return [k8s.networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=int(port)) for port in ports]


def egress_to_names(dns_cidrs: Sequence[str]) -> k8s.networking.v1.NetworkPolicyEgressRuleArgs:
    """DNS. Auto Mode answers names on the node itself, so they are asked at addresses and not at pods."""
    ports = [
        k8s.networking.v1.NetworkPolicyPortArgs(protocol=protocol, port=int(Port.DNS)) for protocol in ("UDP", "TCP")
    ]
    return k8s.networking.v1.NetworkPolicyEgressRuleArgs(to=peers_at(*dns_cidrs), ports=ports)


def egress_to_cluster_basics(dns_cidrs: Sequence[str]) -> list[k8s.networking.v1.NetworkPolicyEgressRuleArgs]:
    """What every pod that calls AWS or Kubernetes needs: names, credentials from the Pod Identity agent, HTTPS."""
    return [
        egress_to_names(dns_cidrs),
        k8s.networking.v1.NetworkPolicyEgressRuleArgs(
            to=peers_at(POD_IDENTITY_AGENT_CIDR), ports=tcp(Port.POD_IDENTITY_AGENT)
        ),
        k8s.networking.v1.NetworkPolicyEgressRuleArgs(to=peers_at(ANYWHERE), ports=tcp(Port.HTTPS)),
    ]

"""What pods ask the cluster for once there are nodes: names, and how busy everybody is.

Under Auto Mode names are answered by each node itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class ClusterServicesArgs:
    """Which cluster, and the version of each add-on."""

    cluster_name: pulumi.Input[str]
    coredns_version: str
    metrics_server_version: str


class ClusterServices(pulumi.ComponentResource):
    """Two EKS add-ons that are Deployments: EKS waits until their pods run."""

    ready: Sequence[pulumi.Resource]
    """What everything else in the cluster waits for."""

    def __init__(self, name: str, args: ClusterServicesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:ClusterServices", name, None, opts)
        versions = {"coredns": args.coredns_version, "metrics-server": args.metrics_server_version}
        self.ready = [
            aws.eks.Addon(
                f"{name}-{add_on}",
                cluster_name=args.cluster_name,
                addon_name=add_on,
                addon_version=version,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for add_on, version in versions.items()
        ]
        self.register_outputs({})

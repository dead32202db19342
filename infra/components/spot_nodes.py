"""Nodes that AWS may take back at two minutes' notice, for a fraction of the price: where nobody minds."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

_NAME = "spot"
_BEFORE_THE_BUILT_IN_POOLS = 10
"""Those have no weight, which is 0; the heavier pool is asked first."""
_LONGEST_LIFE = "336h"


@dataclass(frozen=True, kw_only=True)
class SpotNodesArgs:
    """How much the pool may grow to."""

    most_processors: int


class SpotNodes(pulumi.ComponentResource):
    """A pool of EKS Auto Mode that Karpenter fills with Spot machines first, with others where there are none.

    It uses the node class that Auto Mode makes for its built-in pools, with their role and subnets; empty and
    half-empty nodes go after a minute. Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
    """

    def __init__(self, name: str, args: SpotNodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cost:SpotNodes", name, None, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
            spec={
                "weight": _BEFORE_THE_BUILT_IN_POOLS,
                "limits": {"cpu": str(args.most_processors)},
                "disruption": {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "1m"},
                "template": {
                    "spec": {
                        "expireAfter": _LONGEST_LIFE,
                        "nodeClassRef": {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": "default"},
                        "requirements": [
                            _one_of("karpenter.sh/capacity-type", "spot", "on-demand"),
                            _one_of("kubernetes.io/arch", "arm64", "amd64"),
                            _one_of("eks.amazonaws.com/instance-category", "c", "m", "r"),
                            {"key": "eks.amazonaws.com/instance-generation", "operator": "Gt", "values": ["5"]},
                        ],
                    }
                },
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def _one_of(key: str, *values: str) -> dict[str, object]:
    return {"key": key, "operator": "In", "values": list(values)}

"""Where pods find what every pod asks for."""

from infra.context import Context
from infra.layers.foundation import Foundation
from infra.shared.cidr import Tier


def control_plane_cidrs(context: Context, foundation: Foundation) -> list[str]:
    """Where the API server is called and calls from: the Services' range, and its interfaces in the private tier."""
    return [str(context.settings.cluster.service_cidr), *foundation.network.cidrs[Tier.PRIVATE]]


def dns_cidrs(context: Context) -> list[str]:
    """Where pods ask for names: at an address of the Services' range, answered by the node or by a pod in the VPC."""
    return [str(context.settings.cluster.service_cidr), str(context.settings.network.cidr)]

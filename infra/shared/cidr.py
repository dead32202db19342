"""How a VPC's address range is divided into tiers and zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from itertools import islice

SMALLEST_VPC_PREFIX = 22
"""A /22 still gives the public tier subnets of /27, the smallest that an Application Load Balancer takes."""
LARGEST_VPC_PREFIX = 16
"""The largest VPC that AWS takes."""
MOST_ZONES = 4
"""The plan reserves this many slots a tier, so a zone that is added later moves no other subnet."""


class Tier(StrEnum):
    """The three tiers of the network, from the internet inwards."""

    PUBLIC = "public"
    PRIVATE = "private"
    DATA = "data"


@dataclass(frozen=True, kw_only=True)
class PlannedSubnet:
    """One subnet of the plan: its tier, its zone and its range."""

    tier: Tier
    availability_zone: str
    cidr: IPv4Network

    @property
    def zone_suffix(self) -> str:
        """The letter that ends the zone's name, such as `a` of `eu-central-1a`."""
        return self.availability_zone[-1]


def plan_subnets(vpc_cidr: IPv4Network, availability_zones: Sequence[str]) -> tuple[PlannedSubnet, ...]:
    """Give each tier a subnet in each zone.

    The private tier, where pods take their addresses, has half of the range; public and data share the third
    quarter, and the last quarter stays free. Raises ValueError for a range or a number of zones that does not fit.
    """
    if not LARGEST_VPC_PREFIX <= vpc_cidr.prefixlen <= SMALLEST_VPC_PREFIX:
        raise ValueError(
            f"VPC range {vpc_cidr} does not fit: allowed are prefixes /{LARGEST_VPC_PREFIX} to /{SMALLEST_VPC_PREFIX}"
        )
    if not 1 <= len(availability_zones) <= MOST_ZONES:
        raise ValueError(f"{len(availability_zones)} availability zones do not fit: allowed are 1 to {MOST_ZONES}")
    private_half, other_half = vpc_cidr.subnets(prefixlen_diff=1)
    public_eighth, data_eighth = islice(other_half.subnets(prefixlen_diff=2), 2)
    ranges = {Tier.PUBLIC: public_eighth, Tier.PRIVATE: private_half, Tier.DATA: data_eighth}
    return tuple(
        PlannedSubnet(tier=tier, availability_zone=zone, cidr=cidr)
        for tier, tier_range in ranges.items()
        for zone, cidr in zip(availability_zones, tier_range.subnets(prefixlen_diff=2), strict=False)
    )

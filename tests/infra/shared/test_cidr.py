from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.shared.cidr import LARGEST_VPC_PREFIX, MOST_ZONES, SMALLEST_VPC_PREFIX, Tier, plan_subnets

SMALLEST_PUBLIC_PREFIX = 27
ZONES = [f"eu-central-1{letter}" for letter in "abcd"]
zone_counts = st.integers(1, MOST_ZONES)


@st.composite
def vpc_ranges(draw: st.DrawFn) -> IPv4Network:
    prefix = draw(st.integers(LARGEST_VPC_PREFIX, SMALLEST_VPC_PREFIX))
    address = draw(st.integers(0, 2**32 - 1))
    return IPv4Network((address, prefix), strict=False)


@given(vpc_ranges(), zone_counts)
def test_subnets_never_overlap_and_stay_inside(vpc: IPv4Network, zones: int) -> None:
    subnets = [planned.cidr for planned in plan_subnets(vpc, ZONES[:zones])]
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(vpc_ranges(), zone_counts)
def test_every_tier_has_one_subnet_in_every_zone(vpc: IPv4Network, zones: int) -> None:
    plan = plan_subnets(vpc, ZONES[:zones])
    assert {(planned.tier, planned.availability_zone) for planned in plan} == {
        (tier, zone) for tier in Tier for zone in ZONES[:zones]
    }


@given(vpc_ranges(), st.integers(1, MOST_ZONES - 1))
def test_a_zone_that_is_added_moves_no_other_subnet(vpc: IPv4Network, zones: int) -> None:
    assert set(plan_subnets(vpc, ZONES[:zones])) < set(plan_subnets(vpc, ZONES[: zones + 1]))


@given(vpc_ranges(), zone_counts)
def test_a_load_balancer_fits_every_public_subnet(vpc: IPv4Network, zones: int) -> None:
    plan = plan_subnets(vpc, ZONES[:zones])
    assert all(each.cidr.prefixlen <= SMALLEST_PUBLIC_PREFIX for each in plan if each.tier is Tier.PUBLIC)


@given(vpc_ranges(), zone_counts)
def test_pods_have_most_of_the_addresses(vpc: IPv4Network, zones: int) -> None:
    sizes = dict.fromkeys(Tier, 0)
    for planned in plan_subnets(vpc, ZONES[:zones]):
        sizes[planned.tier] += planned.cidr.num_addresses
    assert sizes[Tier.PRIVATE] > sizes[Tier.PUBLIC] + sizes[Tier.DATA]


@pytest.mark.parametrize("cidr", ["10.0.0.0/15", "10.0.0.0/23"])
def test_a_range_that_aws_refuses_is_named_with_what_is_allowed(cidr: str) -> None:
    with pytest.raises(ValueError, match=rf"VPC range {cidr} does not fit: allowed are prefixes /16 to /22"):
        plan_subnets(IPv4Network(cidr), ZONES)


@pytest.mark.parametrize("zones", [[], [*ZONES, "eu-central-1e"]])
def test_a_number_of_zones_without_room_is_refused(zones: list[str]) -> None:
    with pytest.raises(ValueError, match=rf"{len(zones)} availability zones do not fit: allowed are 1 to 4"):
        plan_subnets(IPv4Network("10.0.0.0/16"), zones)

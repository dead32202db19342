"""What EKS or EC2 would refuse of nodes that a stack declares, and what means nothing together."""

from collections.abc import Iterator

from infra import versions
from infra.settings import ClusterSettings, NetworkSettings, SavingsSettings
from infra.shared.choices import AmiType, NatMode
from infra.shared.offers import machines, of_one_family

_ARCHITECTURES = {AmiType.X86_64: "x86_64", AmiType.ARM_64: "arm64"}
_ENDPOINTS = ("autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing")
"""What nodes, their agents and their controllers call (EKS user guide, `private clusters`)."""


def nodes_are_in_order(cluster: ClusterSettings) -> Iterator[str]:
    """A group has as many nodes at first as it may have at all."""
    if (managed := cluster.managed_nodes) is None:
        return
    if managed.least_nodes > managed.most_nodes:
        yield (
            f"cluster.managed_nodes.least_nodes: given {managed.least_nodes}; "
            f"allowed are at most cluster.managed_nodes.most_nodes {managed.most_nodes}"
        )
    elif not managed.least_nodes <= managed.first_nodes <= managed.most_nodes:
        yield (
            f"cluster.managed_nodes.first_nodes: given {managed.first_nodes}; allowed are "
            f"cluster.managed_nodes.least_nodes {managed.least_nodes} to most_nodes {managed.most_nodes}"
        )


def machines_are_offered(region: str, cluster: ClusterSettings) -> Iterator[str]:
    """Not every region has each type."""
    if cluster.managed_nodes is None or (offered := machines().by_region.get(region)) is None:
        return
    for given in cluster.managed_nodes.instance_types:
        if given not in offered:
            allowed = ", ".join(of_one_family(given, offered))
            yield f"cluster.managed_nodes.instance_types: given {given}; allowed in {region} are {allowed}"


def machines_fit_their_image(cluster: ClusterSettings) -> Iterator[str]:
    """An image is for one kind of processor."""
    if (managed := cluster.managed_nodes) is None:
        return
    wanted = _ARCHITECTURES[managed.ami_type]
    for given in managed.instance_types:
        machine = machines().types.get(given)
        if machine is not None and machine.architecture != wanted:
            yield (
                f"cluster.managed_nodes.instance_types: given {given}, which is {machine.architecture}; "
                f"allowed are {wanted} where cluster.managed_nodes.ami_type is {managed.ami_type}"
            )


def machines_of_a_group_are_alike(cluster: ClusterSettings) -> Iterator[str]:
    """The autoscaler takes each node of a group to be like its first type (EKS user guide, `managed node groups`)."""
    if (managed := cluster.managed_nodes) is None:
        return
    first, *others = managed.instance_types
    size = machines().types.get(first)
    for given in others:
        machine = machines().types.get(given)
        if size and machine and (machine.vcpus, machine.memory_mebibytes) != (size.vcpus, size.memory_mebibytes):
            yield (
                f"cluster.managed_nodes.instance_types: given {given} with {machine.vcpus} processors and "
                f"{machine.memory_mebibytes} MiB; allowed are types like {first} with {size.vcpus} and "
                f"{size.memory_mebibytes} MiB"
            )


def image_is_of_the_clusters_version(cluster: ClusterSettings) -> Iterator[str]:
    """A node is of its cluster's minor version: EKS takes no build of another one."""
    release = cluster.managed_nodes.ami_release if cluster.managed_nodes else None
    if release and not release.startswith(f"{versions.EKS}."):
        yield f"cluster.managed_nodes.ami_release: given {release}; allowed are builds for {versions.EKS}"


def spot_pools_are_auto_modes(cluster: ClusterSettings, savings: SavingsSettings) -> Iterator[str]:
    """Karpenter fills the pool, and it comes with Auto Mode alone."""
    if cluster.managed_nodes and savings.spot_nodes:
        yield (
            "savings.spot_nodes: given true; allowed is false where cluster.managed_nodes is given, "
            "of which capacity_type says SPOT"
        )


def managed_nodes_have_a_way_out(network: NetworkSettings, cluster: ClusterSettings) -> Iterator[str]:
    """Nodes join, pull and are counted over NAT or over the services' own endpoints."""
    if cluster.managed_nodes is None or network.nat is not NatMode.NONE:
        return
    if missing := [each for each in _ENDPOINTS if each not in network.interface_endpoints]:
        yield (
            "cluster.managed_nodes: given, with network.nat none; allowed is another network.nat, or "
            f"network.interface_endpoints that have {', '.join(missing)} too"
        )

"""How many processors a stack's nodes have, or its pods ask for, and how many the account has running already."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.plan import Planned
from infra.shared.choices import CapacityType
from infra.shared.offers import machines

_NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
_SPOT = "spot"


def on_demand(planned: Sequence[Planned]) -> int:
    """Of all the nodes that a group may have; without one, of what the pods of the program ask for together.

    What charts bring and Auto Mode's nodes keep for themselves comes on top.
    """
    if any(each.type == _NODE_GROUP for each in planned):
        return _of_nodes(planned, CapacityType.ON_DEMAND)
    return _of_pods(planned)


def spot(planned: Sequence[Planned]) -> int:
    """Of all the nodes that a group of Spot machines may have."""
    return _of_nodes(planned, CapacityType.SPOT)


def on_demand_in_use(client_of: Callable[[str], Any]) -> int:
    """Of every instance that runs and that nobody may take back."""
    return sum(_count(each) for each in _running(client_of) if each.get("InstanceLifecycle") != _SPOT)


def spot_in_use(client_of: Callable[[str], Any]) -> int:
    """Of every Spot instance that runs."""
    return sum(_count(each) for each in _running(client_of) if each.get("InstanceLifecycle") == _SPOT)


def _of_nodes(planned: Sequence[Planned], capacity: CapacityType) -> int:
    groups = [each.inputs for each in planned if each.type == _NODE_GROUP and each.inputs["capacityType"] == capacity]
    return sum(
        int(group["scalingConfig"]["maxSize"]) * machines().types[group["instanceTypes"][0]].vcpus for group in groups
    )


def _of_pods(planned: Sequence[Planned]) -> int:
    total = 0
    for each in planned:
        spec = each.inputs.get("spec") or {}
        if "replicas" in spec and isinstance(template := spec.get("template"), Mapping):
            asked = [container["resources"]["requests"]["cpu"] for container in template["spec"]["containers"]]
            total += int(spec["replicas"]) * sum(map(_millicores, asked))
    return -(-total // 1000)


def _millicores(quantity: str) -> int:
    return int(quantity.removesuffix("m")) if quantity.endswith("m") else int(float(quantity) * 1000)


def _running(client_of: Callable[[str], Any]) -> list[Mapping[str, Any]]:
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = client_of("ec2").get_paginator("describe_instances").paginate(Filters=running)
    return [instance for page in pages for each in page["Reservations"] for instance in each["Instances"]]


def _count(instance: Mapping[str, Any]) -> int:
    processor = instance.get("CpuOptions", {"CoreCount": 0, "ThreadsPerCore": 0})
    return processor["CoreCount"] * processor["ThreadsPerCore"]

import pytest

from infra import processors
from infra.plan import Planned


def group(capacity: str) -> Planned:
    inputs = {"capacityType": capacity, "instanceTypes": ["m7g.xlarge"], "scalingConfig": {"maxSize": 6.0}}
    return Planned(type="aws:eks/nodeGroup:NodeGroup", name="node-group", inputs=inputs, sources={})


def pods(count: int, cpu: str) -> Planned:
    template = {"spec": {"containers": [{"resources": {"requests": {"cpu": cpu}}}]}}
    inputs = {"spec": {"replicas": count, "template": template}}
    return Planned(type="kubernetes:apps/v1:Deployment", name="pods", inputs=inputs, sources={})


@pytest.mark.parametrize(("cpu", "needed"), [("250m", 1), ("500m", 2), ("2", 6)])
def test_without_nodes_of_its_own_a_stack_needs_what_its_pods_ask_for(cpu: str, needed: int) -> None:
    assert (processors.on_demand([pods(3, cpu)]), processors.spot([pods(3, cpu)])) == (needed, 0)


def test_nodes_of_its_own_need_room_for_all_that_there_may_be_whatever_pods_ask_for() -> None:
    assert processors.on_demand([group("ON_DEMAND"), pods(3, "2")]) == 24
    assert processors.spot([group("ON_DEMAND")]) == 0


def test_spot_nodes_are_held_to_the_quota_of_spot_instances() -> None:
    assert processors.spot([group("SPOT"), pods(3, "2")]) == 24
    assert processors.on_demand([group("SPOT"), pods(3, "2")]) == 0


def test_instances_in_use_count_for_their_own_quota() -> None:
    two = {"CoreCount": 1, "ThreadsPerCore": 2}
    told = [{"CpuOptions": two}, {"CpuOptions": two, "InstanceLifecycle": "spot"}, {"InstanceId": "i-1"}]

    class Ec2:
        def get_paginator(self, operation: str) -> "Ec2":
            assert operation == "describe_instances"
            return self

        def paginate(self, **_: object) -> list[dict[str, object]]:
            return [{"Reservations": [{"Instances": told}]}]

    assert processors.on_demand_in_use(lambda _: Ec2()) == 2
    assert processors.spot_in_use(lambda _: Ec2()) == 2

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sandbox.cluster.kinds import TARGET_GROUP_BINDINGS
from sandbox.cluster.service import write_endpoints
from sandbox.cluster.store import Object, Store
from sandbox.cluster.target_group_binding import TargetGroupBindings

AWS = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_ENDPOINT_URL": "https://elasticloadbalancing.eu-west-1.amazonaws.com",
}


class Fixture:
    """A target group, a load balancer's part that forwards to it, and a Service that is bound to it."""

    def __init__(self, folder: Path) -> None:
        session = boto3.Session(region_name="eu-west-1", aws_access_key_id="local", aws_secret_access_key="local")
        self.elbv2: Any = session.client("elbv2")
        vpc_id = session.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group = self.elbv2.create_target_group(
            Name="gateway", Protocol="HTTP", Port=8080, VpcId=vpc_id, TargetType="ip"
        )
        self.arn = group["TargetGroups"][0]["TargetGroupArn"]
        self.part = folder / "parts" / "lb-edge"
        (self.part / "data").mkdir(parents=True)
        settings = {"target_groups": self.arn}
        record = {"kind": "envoy", "name": "lb-edge", "port": 8080, "settings": settings}
        (self.part / "part.json").write_text(json.dumps(record))
        self.store = Store(folder / "objects", lambda: None)
        self.service = self.store.put(self._object("v1", "Service", {"ports": [{"name": "http", "port": 80}]}))
        spec = {"serviceRef": {"name": "gateway", "port": 80}, "targetGroupARN": self.arn, "targetType": "ip"}
        self.binding = self.store.put(self._object("eks.amazonaws.com/v1", "TargetGroupBinding", spec))
        self.bindings = TargetGroupBindings(self.store, folder / "parts", lambda: AWS)

    async def serve_from(self, *ips: str) -> None:
        addresses = [{"ip": ip} for ip in ips]
        subset = {"addresses": addresses, "ports": [{"name": "http", "port": 8080}]}
        write_endpoints(self.store, self.service, [subset] if ips else [])
        await self.settle()

    async def settle(self) -> None:
        self.bindings.reconcile()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    def registered(self) -> set[tuple[str, int]]:
        health = self.elbv2.describe_target_health(TargetGroupArn=self.arn)["TargetHealthDescriptions"]
        return {(each["Target"]["Id"], each["Target"]["Port"]) for each in health}

    def forwarded(self) -> list[str]:
        (assignment,) = json.loads((self.part / "data" / "endpoints-gateway.json").read_text())["resources"]
        members = [member for group in assignment["endpoints"] for member in group["lb_endpoints"]]
        return [member["endpoint"]["address"]["socket_address"]["address"] for member in members]

    @staticmethod
    def _object(api_version: str, kind: str, spec: Object) -> Object:
        metadata = {"name": "gateway", "namespace": "istio-ingress"}
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Fixture]:
    with mock_aws():
        yield Fixture(tmp_path)


async def test_what_a_service_has_behind_it_is_registered_and_forwarded_to(bound: Fixture) -> None:
    await bound.serve_from("127.64.0.2", "127.64.0.3")
    assert bound.registered() == {("127.64.0.2", 8080), ("127.64.0.3", 8080)}
    assert bound.forwarded() == ["127.64.0.2", "127.64.0.3"]
    status = bound.store.list(TARGET_GROUP_BINDINGS[0])[0]["status"]
    assert status["targets"] == ["127.64.0.2:8080", "127.64.0.3:8080"]


async def test_a_target_that_leaves_is_deregistered(bound: Fixture) -> None:
    await bound.serve_from("127.64.0.2", "127.64.0.3")
    await bound.serve_from("127.64.0.3")
    assert bound.registered() == {("127.64.0.3", 8080)}
    assert bound.forwarded() == ["127.64.0.3"]


async def test_a_binding_that_is_deleted_takes_its_targets_along(bound: Fixture) -> None:
    await bound.serve_from("127.64.0.2")
    bound.store.remove(bound.binding)
    await bound.settle()
    assert bound.registered() == set()
    assert bound.forwarded() == []


async def test_a_load_balancer_that_comes_later_gets_the_targets(bound: Fixture) -> None:
    record = (bound.part / "part.json").read_text()
    (bound.part / "part.json").unlink()
    await bound.serve_from("127.64.0.2")
    (bound.part / "part.json").write_text(record)
    await bound.settle()
    assert bound.forwarded() == ["127.64.0.2"]

"""Real programs behind RDS, ElastiCache, MSK and load balancers."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
import valkey
from confluent_kafka.admin import AdminClient

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from sandbox.providers.aws import AwsProvider
from sandbox.providers.provider import Resource, State
from tests.sandbox.providers.aws.requests import resource
from tests.sandbox.providers.aws.samples import SAMPLES

pytestmark = pytest.mark.parts
AWS_PORT = 24566
REFERENCE = re.compile(r"\{\w+\.\w+\}")
SAMPLE = {sample.name: sample for sample in SAMPLES}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Real parts, the embedded AWS among them, in a folder of their own."""
    parts = Parts(tmp_path_factory.mktemp("state"), notify=lambda _: None)
    yield parts
    for part in parts.all():
        parts.remove(part.record.name)


@pytest.fixture(scope="module")
def provider(parts: Parts) -> AwsProvider:
    """The provider over the embedded AWS as a part."""
    record = parts.create("aws", "aws", preferred_port=AWS_PORT).record
    provider = AwsProvider(f"http://{record.host}:{record.port}", parts)
    provider.configure({"region": "eu-central-1"})
    return provider


def create(provider: AwsProvider, name: str, **changes: Any) -> tuple[Resource, State, dict[str, Any]]:
    """The sample of that name without what it takes from other samples; None leaves an input out."""
    sample = SAMPLE[name]
    own = {key: value for key, value in sample.inputs.items() if not REFERENCE.search(str(value))} | changes
    about = resource(sample.token, name)
    checked = provider.check(about, {}, {key: value for key, value in own.items() if value is not None}, b"seed")
    assert checked.failures == []
    return about, provider.create(about, checked.inputs), checked.inputs


def names(parts: Parts) -> set[str]:
    """The parts there are."""
    return {part.record.name for part in parts.all()}


def partitions(admin: AdminClient) -> int:
    """How many partitions the topic has; none where there is no topic."""
    topic = admin.list_topics(timeout=10).topics.get("order-events")
    return len(topic.partitions) if topic else 0


def until(expected: int, found: Callable[[], int]) -> bool:
    """Whether `found` gives what is expected, within 20 seconds: a broker tells of changes a moment later."""
    deadline = time.monotonic() + 20
    while found() != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    return found() == expected


async def test_a_database_is_a_postgresql_whose_password_is_in_the_managed_secret(
    provider: AwsProvider, parts: Parts
) -> None:
    about, state, inputs = create(provider, "database", monitoringInterval=None)
    secret_arn = state.outputs["masterUserSecrets"][0]["secretArn"]
    secrets_manager = provider.aws.client("secretsmanager", "eu-central-1")
    credentials = json.loads(secrets_manager.get_secret_value(SecretId=secret_arn)["SecretString"])
    address = {"host": state.outputs["address"], "port": state.outputs["port"], "database": "orders"}
    connection = await asyncpg.connect(**address, user=credentials["username"], password=credentials["password"])
    assert await connection.fetchval("SELECT current_user") == "orders_admin"
    await connection.close()
    assert state.outputs["endpoint"] == f"{address['host']}:{address['port']}"
    provider.delete(about, state, inputs)
    assert "rds-fortress-orders" not in names(parts)


def test_a_cache_is_a_valkey(provider: AwsProvider, parts: Parts) -> None:
    about, state, inputs = create(provider, "cache")
    client = valkey.Valkey(host=state.outputs["primaryEndpointAddress"], port=state.outputs["port"])
    assert client.ping()
    client.close()
    provider.delete(about, state, inputs)
    assert not any(name.startswith("elasticache-") for name in names(parts))


def test_a_stream_is_a_kafka_with_the_topics_that_were_declared(provider: AwsProvider, parts: Parts) -> None:
    nodes = SAMPLE["stream"].inputs["brokerNodeGroupInfo"] | {"clientSubnets": ["subnet-1"], "securityGroups": ["sg-1"]}
    stream = create(provider, "stream", brokerNodeGroupInfo=nodes)
    bootstrap_servers = stream[1].outputs["bootstrapBrokersSaslIam"]
    about, topic, inputs = create(provider, "order_events", clusterArn=stream[1].id, partitionCount=3)
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    assert until(3, lambda: partitions(admin))
    grown = inputs | {"partitionCount": 6}
    provider.update(about, topic, inputs, grown)
    assert until(6, lambda: partitions(admin))
    provider.delete(about, topic, grown)
    assert until(0, lambda: partitions(admin))
    part = parts.get(f"msk-{stream[2]['clusterName']}")
    part.stop()
    provider.delete(about, topic, grown)
    provider.delete(*stream)
    assert not any(name.startswith("msk-") for name in names(parts))


def test_a_load_balancer_is_an_envoy_that_forwards_to_the_listeners_target_groups(
    provider: AwsProvider, parts: Parts
) -> None:
    ec2 = provider.aws.client("ec2", "eu-central-1")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    vpc_id = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    balancer = create(provider, "balancer", subnets=subnets[:2])
    envoy = parts.get(f"lb-{balancer[2]['name']}")
    assert httpx.get(f"http://{balancer[1].outputs['dnsName']}", trust_env=False).status_code == 503
    targets = create(provider, "targets", vpcId=vpc_id)
    actions = [{"type": "forward", "targetGroupArn": targets[1].id}]
    listener = create(
        provider,
        "listener",
        loadBalancerArn=balancer[1].id,
        defaultActions=actions,
        protocol="HTTP",
        sslPolicy=None,
    )
    assert target_groups(envoy) == targets[1].id
    redirect = create(provider, "redirect", loadBalancerArn=balancer[1].id)
    assert target_groups(envoy) == targets[1].id
    provider.delete(*redirect)
    provider.delete(*listener)
    assert target_groups(envoy) == ""
    provider.delete(*targets)
    provider.delete(*balancer)
    assert not any(name.startswith("lb-") for name in names(parts))


def target_groups(envoy: Part) -> str:
    """What the Envoy forwards to."""
    return envoy.record.settings["target_groups"]


def test_a_part_that_moved_is_read_where_it_is(provider: AwsProvider, parts: Parts) -> None:
    about, state, inputs = create(provider, "cache")
    name = f"elasticache-{inputs['replicationGroupId']}"
    parts.remove(name)
    moved = parts.create("valkey", name, preferred_port=26379).record.port
    read = provider.read(about, state.id, inputs, state.outputs)
    assert read is not None
    assert read.outputs["port"] == moved
    provider.delete(about, state, inputs)

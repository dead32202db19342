"""What the program needs is held to what an account has: over moto, with Service Quotas' answers stubbed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.bootstrap import BootstrapError
from infra.plan import Planned, plan
from infra.preflight import main, preflight
from infra.quotas import QUOTAS, Answer, Finding, findings
from tests.infra.program import stack_values

REGION = "eu-central-1"
ADDRESSES, CLUSTERS = "L-0263D0A3", "L-1194D53C"


class Account:
    """A session over moto whose Service Quotas tells what a test says, by the quota's code; `None` is no such quota."""

    region_name = REGION

    def __init__(self, allowed: Mapping[str, float | None]) -> None:
        self._session = boto3.Session(region_name=REGION)
        self._allowed = allowed
        self.asked: list[tuple[str, str, str]] = []

    def client(self, service: str, region_name: str = REGION) -> Any:
        return _Quotas(self, region_name) if service == "service-quotas" else self._session.client(service)


class _Quotas:
    """One client: each question is asked of botocore's stub, so that its form is checked."""

    def __init__(self, account: Account, region: str) -> None:
        self._account, self._region = account, region

    def get_service_quota(self, **request: str) -> Any:
        self._account.asked.append((self._region, request["ServiceCode"], request["QuotaCode"]))
        allowed = self._account._allowed.get(request["QuotaCode"], 1000.0)
        return self._answered("get_service_quota", request, allowed)

    def get_aws_default_service_quota(self, **request: str) -> Any:
        return self._answered("get_aws_default_service_quota", request, None)

    def _answered(self, operation: str, request: Mapping[str, str], allowed: float | None) -> Any:
        client = boto3.client("service-quotas", region_name=self._region)
        with Stubber(client) as stub:
            if allowed is None:
                stub.add_client_error(operation, "NoSuchResourceException", expected_params=dict(request))
            else:
                stub.add_response(operation, {"Quota": {"Value": allowed}}, dict(request))
            return getattr(client, operation)(**request)


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture(scope="module")
def prod() -> list[Planned]:
    values = stack_values("prod") | {"image_digest": f"sha256:{'ab' * 32}"}
    return plan("prod", {key: each if isinstance(each, str) else json.dumps(each) for key, each in values.items()})


def found(planned: list[Planned], allowed: Mapping[str, float | None] | None = None) -> dict[str, Finding]:
    return {finding.quota.name: finding for finding in findings(planned, Account(allowed or {}))}


def test_the_needs_are_counted_from_the_program_itself(prod: list[Planned]) -> None:
    needed = {name: finding.needed for name, finding in found(prod).items()}
    assert needed.keys() == {quota.name for quota in QUOTAS} - {"Processors of standard Spot instances"}
    exact = {
        "VPCs in the region": 1,
        "NAT gateways in one zone": 1,
        "Elastic IP addresses in the region": 3,
        "Subnets of the VPC": 9,
        "Application load balancers in the region": 1,
        "EKS clusters in the region": 1,
        "RDS instances in the region": 1,
        "Kafka brokers of the account": 3,
        "OpenID Connect providers of the account": 1,
    }
    assert {name: needed[name] for name in exact} == exact
    assert needed["IAM roles of the account"] == sum(each.type == "aws:iam/role:Role" for each in prod)
    assert needed["Rules into one security group"] >= 3
    assert needed["Managed policies of one role"] >= 5
    assert needed["Processors of on-demand standard instances"] >= 3


def test_what_is_in_use_counts_too(prod: list[Planned]) -> None:
    before = found(prod)["Elastic IP addresses in the region"].used
    ec2 = boto3.client("ec2", region_name=REGION)
    for _ in range(3):
        ec2.allocate_address(Domain="vpc")
    finding = found(prod, {ADDRESSES: 5})["Elastic IP addresses in the region"]
    assert (finding.used - before, finding.answer) == (3, Answer.TOO_FEW)
    assert str(finding) == "TOO FEW  Elastic IP addresses in the region: need 3, 3 in use, have 5 (ec2 L-0263D0A3)"
    assert finding.request.endswith("--service-code ec2 --quota-code L-0263D0A3 --desired-value 6")


def test_a_gateway_counts_in_its_zone_and_one_that_is_gone_does_not(prod: list[Planned]) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for number, zone in enumerate("aab")
    ]
    made = [ec2.create_nat_gateway(SubnetId=subnet["Subnet"]["SubnetId"])["NatGateway"] for subnet in subnets]
    assert found(prod)["NAT gateways in one zone"].used == 2
    ec2.delete_nat_gateway(NatGatewayId=made[0]["NatGatewayId"])
    assert found(prod)["NAT gateways in one zone"].used == 1


def test_brokers_and_processors_that_run_are_counted(prod: list[Planned]) -> None:
    boto3.client("kafka", region_name=REGION).create_cluster_v2(
        ClusterName="other",
        Provisioned={
            "BrokerNodeGroupInfo": {"ClientSubnets": ["a", "b"], "InstanceType": "kafka.m7g.large"},
            "KafkaVersion": "3.9.x",
            "NumberOfBrokerNodes": 4,
        },
    )
    assert found(prod)["Kafka brokers of the account"].used == 4
    assert found(prod)["Processors of on-demand standard instances"].used == 0


def test_a_quota_that_nobody_tells_is_said_to_be_unknown(prod: list[Planned]) -> None:
    finding = found(prod, {ADDRESSES: None})["Elastic IP addresses in the region"]
    assert finding.answer is Answer.UNKNOWN
    assert "the quota is not told here (ec2 L-0263D0A3)" in str(finding)


def test_quotas_of_the_account_are_asked_for_where_aws_keeps_them(prod: list[Planned]) -> None:
    account = Account({})
    list(findings(prod, account))
    regions = {code: region for region, _, code in account.asked}
    assert regions["L-FE177D64"] == "us-east-1"
    assert regions[ADDRESSES] == REGION


def test_a_stack_that_asks_nothing_of_a_quota_is_not_held_to_it() -> None:
    assert found([]) == {}


def test_another_account_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(BootstrapError, match="these credentials are of account 123456789012; stack prod is of account"):
        preflight("prod", boto3.Session(region_name=REGION))


def test_a_stack_without_a_file_is_refused_with_those_that_have_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere"]) == 1
    assert "there is no stack 'nowhere'; allowed are dev, local, prod" in capsys.readouterr().err


@pytest.mark.parametrize(("clusters", "status"), [(1.0, 0), (0.0, 1)])
def test_the_command_says_what_is_missing_and_what_to_ask_for(
    clusters: float, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    session: Any = Account({CLUSTERS: clusters, "L-F678F1CE": None})
    assert preflight("local", session) == status
    told = capsys.readouterr().out
    assert "unknown  VPCs in the region" in told
    assert "1 of " in told
    assert ("aws service-quotas request-service-quota-increase --service-code eks" in told) is bool(status)

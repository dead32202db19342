from ipaddress import IPv4Network

from infra.components.endpoints import Endpoints, EndpointsArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component


def endpoints(*services: str) -> Graph:
    args = EndpointsArgs(
        account=Account(account_id="123456789012", region="eu-central-1"),
        vpc_id="vpc-1",
        vpc_cidr=IPv4Network("10.40.0.0/16"),
        subnet_ids=["subnet-a", "subnet-b"],
        route_table_ids=["table-private", "table-data"],
        interface_services=services,
    )
    return record_component(lambda opts: Endpoints("endpoints", args, opts))


def test_s3_is_reached_by_a_gateway_from_the_private_and_data_tables() -> None:
    gateway = endpoints().one("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert gateway.inputs["vpcEndpointType"] == "Gateway"
    assert gateway.inputs["serviceName"] == "com.amazonaws.eu-central-1.s3"
    assert gateway.inputs["routeTableIds"] == ["table-private", "table-data"]


def test_through_s3_only_own_buckets_and_image_layers_are_reached() -> None:
    own, layers = endpoints().one("aws:ec2/vpcEndpoint:VpcEndpoint").json("policy")["Statement"]
    account = "123456789012"
    assert own["Condition"]["StringEquals"] == {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}
    assert layers["Resource"] == ["arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"]
    assert layers["Action"] == ["s3:GetObject"]
    assert layers["Condition"] == {"StringEquals": {"aws:SourceVpc": "vpc-1"}}


def test_without_interface_services_there_is_no_security_group() -> None:
    graph = endpoints()
    assert graph.of_type("aws:ec2/securityGroup:SecurityGroup") == []
    assert len(graph.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")) == 1


def test_interface_endpoints_answer_by_the_services_own_names_in_every_private_subnet() -> None:
    graph = endpoints("ecr.api", "sts")
    endpoint = graph.one("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoints-ecr-api")
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-central-1.ecr.api"
    assert endpoint.inputs["privateDnsEnabled"] is True
    assert endpoint.inputs["subnetIds"] == ["subnet-a", "subnet-b"]
    assert endpoint.inputs["securityGroupIds"] == ["endpoints-id"]
    condition = endpoint.json("policy")["Statement"][0]["Condition"]
    assert condition == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}


def test_interface_endpoints_take_https_from_inside_only() -> None:
    rule = endpoints("sts").one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["cidrIpv4"]) == (443, 443, "10.40.0.0/16")

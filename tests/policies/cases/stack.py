"""Good and bad stacks, judged as a whole."""

from dataclasses import replace
from typing import Any

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_VPC = "aws:ec2/vpc:Vpc"
_SUBNET = "aws:ec2/subnet:Subnet"
_GROUP = Resource(type="aws:ec2/securityGroup:SecurityGroup")
_TABLE = Resource(type="aws:ec2/routeTable:RouteTable")
_INSTANCE = "aws:rds/instance:Instance"
_CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
_BROKERS = "aws:msk/cluster:Cluster"
_CLUSTER = "aws:eks/cluster:Cluster"
_SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
_SCRAPER = "aws:amp/scraper:Scraper"
_PROXY = "aws:rds/proxy:Proxy"
_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_TOPIC = Resource(type="aws:sns/topic:Topic")
_KEY = Resource(type="aws:kms/key:Key", properties={"enableKeyRotation": True})
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_ROLE = "aws:iam/role:Role"
_NAT = Resource(type="aws:ec2/natGateway:NatGateway")
_GATEWAY = Resource(type="aws:ec2/internetGateway:InternetGateway")


def _subnet(zone: str) -> Resource:
    return Resource(type=_SUBNET, properties={"availabilityZone": f"eu-central-1{zone}"})


def _association(subnet: str, table: str) -> Resource:
    return Resource(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        references={"subnetId": subnet, "routeTableId": table},
    )


def _route(table: str, way: str, target: str) -> Resource:
    return Resource(
        type="aws:ec2/route:Route",
        properties={"destinationCidrBlock": "0.0.0.0/0"},
        references={"routeTableId": table, way: target},
    )


def _allow(service: str, action: str) -> dict[str, Any]:
    return {"policy": {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": [action]}]}}


_FROM_CLIENT = Resource(
    type=_INGRESS,
    properties={"ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0},
    references={"securityGroupId": "guard", "referencedSecurityGroupId": "client"},
)
_TO_WORLD = Resource(
    type=_INGRESS,
    properties={"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "0.0.0.0/0"},
    references={"securityGroupId": "front"},
)
_DATA_TIER = {
    "group": Resource(type=_SUBNET_GROUP, references={"subnetIds": ("a", "b")}),
    "a": _subnet("a"),
    "b": _subnet("b"),
    "data": _TABLE,
    "public": _TABLE,
    "gateway": _GATEWAY,
    "out": _route("public", "gatewayId", "gateway"),
    "a-data": _association("a", "data"),
    "b-data": _association("b", "data"),
}


def _chart(namespace: str) -> Resource:
    return Resource(type="kubernetes:helm.sh/v3:Release", properties={"namespace": namespace})


_IDENTITY = {
    "association": Resource(
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        properties={"namespace": "orders", "serviceAccount": "api"},
        references={"roleArn": "role"},
    ),
    "role": Resource(
        type=_ROLE,
        properties={
            "assumeRolePolicy": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "pods.eks.amazonaws.com"},
                        "Condition": {"ArnEquals": {"aws:SourceArn": "arn"}},
                    }
                ]
            }
        },
    ),
    "account": Resource(
        type="kubernetes:core/v1:ServiceAccount", properties={"metadata": {"namespace": "orders", "name": "api"}}
    ),
    "workload": Resource(
        type="kubernetes:apps/v1:Deployment",
        properties={
            "metadata": {"namespace": "orders", "name": "api"},
            "spec": {"template": {"spec": {"serviceAccountName": "api", "containers": []}}},
        },
    ),
}

CASES = [
    GraphCase(
        rule="STK-02",
        anchor="orders",
        good={
            "orders": Resource(type=_INSTANCE, references={"vpcSecurityGroupIds": ("guard",)}),
            "guard": _GROUP,
            "client": _GROUP,
            "from-client": _FROM_CLIENT,
        },
        bad={
            "the default group": {"orders.->vpcSecurityGroupIds": REMOVED},
            "addresses": {"from-client.->referencedSecurityGroupId": REMOVED, "from-client.cidrIpv4": "10.0.0.0/16"},
            "addresses inline": {
                "guard.ingress": [
                    {"protocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "cidrBlocks": ["10.0.0.0/8"]}
                ]
            },
            "a prefix list": {"from-client.->referencedSecurityGroupId": REMOVED, "from-client.prefixListId": "pl-1"},
            "another port": {"from-client.fromPort": 22.0, "from-client.toPort": 22.0},
            "every port": {"from-client.ipProtocol": "-1"},
            "addresses in the older form": {
                "older": Resource(
                    type="aws:ec2/securityGroupRule:SecurityGroupRule",
                    properties={
                        "type": "ingress",
                        "protocol": "tcp",
                        "fromPort": 5432.0,
                        "toPort": 5432.0,
                        "cidrBlocks": ["10.0.0.0/8"],
                    },
                    references={"securityGroupId": "guard"},
                )
            },
        },
        also_good={
            "inline from a group": {
                "from-client": REMOVED,
                "guard": Resource(
                    type="aws:ec2/securityGroup:SecurityGroup",
                    properties={"ingress": [{"protocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0}]},
                    references={"ingress.0.securityGroups": ("client",)},
                ),
            },
            "from the cluster's own group": {
                "client": Resource(type=_CLUSTER),
            },
        },
    ),
    GraphCase(
        rule="STK-03",
        anchor="group",
        good=_DATA_TIER,
        bad={
            "the internet": {"b-data.->routeTableId": "public"},
            "by translation": {"nat": _NAT, "leak": _route("data", "natGatewayId", "nat")},
            "inline": {"data.routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]},
            "the main table": {"a-data": REMOVED},
            "no subnet of ours": {"group.->subnetIds": REMOVED},
        },
        also_good={"a gateway endpoint": {"data.routes": [{"cidrBlock": "10.0.0.0/8", "gatewayId": "local"}]}},
    ),
    GraphCase(
        rule="STK-02",
        anchor="orders",
        good={
            "orders": Resource(
                type=_INSTANCE, properties={"port": 6000.0}, references={"vpcSecurityGroupIds": ("guard",)}
            ),
            "guard": _GROUP,
            "client": _GROUP,
            "from-client": replace(
                _FROM_CLIENT, properties={**_FROM_CLIENT.properties, "fromPort": 6000.0, "toPort": 6000.0}
            ),
        },
        bad={"the engine's port, which is not its own": {"from-client.fromPort": 5432.0, "from-client.toPort": 5432.0}},
    ),
    GraphCase(
        rule="STK-03",
        anchor="brokers",
        good={
            **_DATA_TIER,
            "brokers": Resource(type=_BROKERS, references={"brokerNodeGroupInfo.clientSubnets": ("a", "b")}),
        },
        bad={
            "a way out": {"a-data.->routeTableId": "public"},
            "no subnet of this stack": {"brokers.->brokerNodeGroupInfo.clientSubnets": REMOVED},
        },
    ),
    GraphCase(
        rule="STK-04",
        anchor="orders",
        good={
            "orders": Resource(type=_INSTANCE, references={"kmsKeyId": "key", "performanceInsightsKmsKeyId": "key"}),
            "key": _KEY,
        },
        bad={
            "AWS's key": {"orders.->kmsKeyId": REMOVED, "orders.kmsKeyId": "alias/aws/rds"},
            "somebody else's": {"orders.->kmsKeyId": REMOVED, "orders.kmsKeyId": "arn:other"},
        },
        also_good={"one that is listed": {"orders.->kmsKeyId": REMOVED, "orders.kmsKeyId": "arn:shared"}},
        parameters={"keys": ["arn:shared"]},
    ),
    GraphCase(
        rule="STK-05",
        anchor="orders",
        good={
            "orders": Resource(
                type=_INSTANCE,
                properties={"identifier": "orders", "enabledCloudwatchLogsExports": ["postgresql", "upgrade"]},
            ),
            "one": Resource(type=_LOG_GROUP, properties={"name": "/aws/rds/instance/orders/postgresql"}),
            "two": Resource(type=_LOG_GROUP, properties={"name": "/aws/rds/instance/orders/upgrade"}),
        },
        bad={"one missing": {"two": REMOVED}, "another name": {"one.name": "/aws/rds/instance/other/postgresql"}},
    ),
    GraphCase(
        rule="STK-05",
        anchor="shop",
        good={
            "shop": Resource(
                type=_INSTANCE, properties={"identifier": "orders", "enabledCloudwatchLogsExports": ["postgresql"]}
            ),
            "log": Resource(type=_LOG_GROUP, properties={"name": "/aws/rds/instance/orders/postgresql"}),
        },
        bad={"named otherwise": {"shop.identifier": "other"}, "not named": {"shop.identifier": REMOVED}},
    ),
    GraphCase(
        rule="STK-05",
        anchor="cluster",
        good={
            "cluster": Resource(type=_CLUSTER, properties={"name": "fortress"}),
            "log": Resource(type=_LOG_GROUP, properties={"name": "/aws/eks/fortress/cluster"}),
        },
        bad={"none": {"log": REMOVED}},
    ),
    GraphCase(
        rule="STK-05",
        anchor="flow",
        good={
            "flow": Resource(type="aws:ec2/flowLog:FlowLog", references={"logDestination": "log"}),
            "log": Resource(type=_LOG_GROUP),
        },
        bad={"nowhere": {"flow.->logDestination": REMOVED}},
        also_good={
            "a bucket": {"flow.->logDestination": REMOVED, "flow.logDestinationType": "s3"},
            "a stream": {"flow.->logDestination": REMOVED, "flow.logDestinationType": "kinesis-data-firehose"},
        },
    ),
    GraphCase(
        rule="STK-06",
        anchor="log",
        good={
            "log": Resource(type=_LOG_GROUP, references={"kmsKeyId": "key"}),
            "key": Resource(
                type="aws:kms/key:Key", properties=_allow("logs.eu-central-1.amazonaws.com", "kms:Decrypt")
            ),
        },
        bad={
            "another service": {"key.policy.Statement.0.Principal.Service": "sns.amazonaws.com"},
            "not to decrypt": {"key.policy.Statement.0.Action": ["kms:DescribeKey"]},
            "no policy": {"key.policy": REMOVED},
        },
    ),
    GraphCase(
        rule="STK-06",
        anchor="alarm",
        good={
            "alarm": Resource(type=_ALARM, references={"alarmActions": ("topic",)}),
            "topic": Resource(type="aws:sns/topic:Topic", references={"kmsMasterKeyId": "key"}),
            "key": Resource(type="aws:kms/key:Key", properties=_allow("cloudwatch.amazonaws.com", "kms:*")),
        },
        bad={"another service": {"key.policy.Statement.0.Principal.Service": "logs.amazonaws.com"}},
    ),
    GraphCase(
        rule="STK-07",
        anchor="association",
        good=_IDENTITY,
        bad={
            "a role of somebody else": {"association.->roleArn": REMOVED},
            "a shared role": {"second": _IDENTITY["association"]},
            "another service": {
                "role.assumeRolePolicy.Statement.0.Principal.Service": "ec2.amazonaws.com",
            },
            "any cluster": {"role.assumeRolePolicy.Statement.0.Condition": REMOVED},
            "no account": {"account": REMOVED},
            "an account of another namespace": {"account.metadata.namespace": "other"},
            "nobody runs as it": {"workload.spec.template.spec.serviceAccountName": "other"},
            "a chart of another namespace": {"account": REMOVED, "chart": _chart("other")},
        },
        also_good={"a chart brings both": {"account": REMOVED, "workload": REMOVED, "chart": _chart("orders")}},
    ),
    GraphCase(
        rule="STK-08",
        anchor="a",
        good={
            **_DATA_TIER,
            "a-data": _association("a", "public"),
            "group": Resource(type=_SUBNET_GROUP, references={"subnetIds": ("b",)}),
            "front": Resource(type=_BALANCER, references={"subnets": ("a",)}),
        },
        bad={
            "a database": {"group.->subnetIds": ("a", "b")},
            "the cluster": {"cluster": Resource(type=_CLUSTER, references={"vpcConfig.subnetIds": ("a",)})},
            "a scraper": {"scraper": Resource(type=_SCRAPER, references={"source.eks.subnetIds": ("a",)})},
            "a proxy": {"proxy": Resource(type=_PROXY, references={"vpcSubnetIds": ("a",)})},
            "builds": {
                "builds": Resource(type="aws:codebuild/project:Project", references={"vpcConfig.subnets": ("a",)})
            },
        },
        also_good={"it is private": {"group.->subnetIds": ("a", "b"), "a-data.->routeTableId": "data"}},
    ),
    GraphCase(
        rule="STK-12",
        anchor="alerts",
        good={
            "alerts": _TOPIC,
            "alarm": Resource(type=_ALARM, references={"alarmActions": ("alerts",)}),
            "policy": Resource(
                type="aws:sns/topicPolicy:TopicPolicy",
                properties=_allow("cloudwatch.amazonaws.com", "sns:Publish"),
                references={"arn": "alerts"},
            ),
            "team": Resource(type="aws:sns/topicSubscription:TopicSubscription", references={"topic": "alerts"}),
        },
        bad={
            "nobody hears": {"team": REMOVED},
            "no policy": {"policy": REMOVED},
            "another service": {"policy.policy.Statement.0.Principal.Service": "events.amazonaws.com"},
        },
    ),
    GraphCase(
        rule="STK-13",
        anchor="front",
        good={
            "front": _GROUP,
            "from-world": _TO_WORLD,
            "balancer": Resource(type=_BALANCER, references={"securityGroups": ("front",)}),
        },
        bad={
            "before nothing": {"balancer": REMOVED},
            "before a database too": {
                "orders": Resource(type=_INSTANCE, references={"vpcSecurityGroupIds": ("front",)})
            },
        },
        also_good={"closed": {"from-world": REMOVED, "balancer": REMOVED}},
    ),
    GraphCase(
        rule="STK-14",
        anchor="front",
        good={"front": _GROUP, "from-world": _TO_WORLD},
        bad={"both": {"front.ingress": [{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0}]}},
        also_good={"inline alone": {"from-world": REMOVED, "front.ingress": [{"protocol": "tcp"}]}},
    ),
    GraphCase(
        rule="STK-15",
        anchor="group",
        good=_DATA_TIER,
        bad={"one zone twice": {"b.availabilityZone": "eu-central-1a"}, "one subnet": {"group.->subnetIds": ("a",)}},
    ),
    GraphCase(
        rule="STK-15",
        anchor="brokers",
        good={
            **_DATA_TIER,
            "brokers": Resource(type=_BROKERS, references={"brokerNodeGroupInfo.clientSubnets": ("a", "b")}),
        },
        bad={"one zone twice": {"b.availabilityZone": "eu-central-1a"}},
    ),
    GraphCase(
        rule="STK-15",
        anchor="proxy",
        good={**_DATA_TIER, "proxy": Resource(type=_PROXY, references={"vpcSubnetIds": ("a", "b")})},
        bad={"one zone twice": {"b.availabilityZone": "eu-central-1a"}},
    ),
    GraphCase(
        rule="STK-15",
        anchor="scraper",
        good={**_DATA_TIER, "scraper": Resource(type=_SCRAPER, references={"source.eks.subnetIds": ("a", "b")})},
        bad={
            "one zone twice": {"b.availabilityZone": "eu-central-1a"},
            "one subnet of a VPC": {
                "scraper": Resource(type=_SCRAPER, references={"source.vpc.subnetIds": ("a",)}),
            },
        },
        also_good={"of a VPC": {"scraper": Resource(type=_SCRAPER, references={"source.vpc.subnetIds": ("a", "b")})}},
    ),
    GraphCase(
        rule="STK-18",
        anchor="orders",
        good={"orders": Resource(type=_INSTANCE, protect=True)},
        bad={"off": {"orders": Resource(type=_INSTANCE)}},
    ),
    GraphCase(
        rule="STK-19",
        anchor="aws",
        good={"aws": Resource(type="pulumi:providers:aws")},
        bad={"made up": {"aws": Resource(type="pulumi:providers:aws", name="default_7_51_1")}},
    ),
    Case(
        rule="STK-20",
        type="pulumi:providers:aws",
        good={
            "allowedAccountIds": '["123456789012"]',
            "defaultTags": '{"tags": {"Project": "x", "Environment": "x", "Owner": "x", "CostCenter": "x"}}',
        },
        bad={
            "no tags": {"defaultTags": REMOVED},
            "no owner": {"defaultTags": '{"tags": {"Project": "x", "Environment": "x", "CostCenter": "x"}}'},
            "any account": {"allowedAccountIds": "[]"},
        },
    ),
    GraphCase(
        rule="SEC-04",
        anchor="orders",
        good={"orders": Resource(type=_INSTANCE, properties={"password": "x"}, secrets=frozenset({"password"}))},
        bad={"plain": {"orders": Resource(type=_INSTANCE, properties={"password": "x"})}},
        also_good={"none": {"orders": Resource(type=_INSTANCE)}},
    ),
]

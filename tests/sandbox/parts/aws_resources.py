"""One resource of many kinds in the embedded AWS, and what their reads say about them."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config

REGION = "eu-west-1"


class Account:
    """boto3 clients of one endpoint."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url

    def client(self, service: str) -> Any:
        return boto3.client(  # pyright: ignore[reportCallIssue, reportArgumentType]
            service,
            endpoint_url=self._endpoint_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}),
        )

    def make(self) -> None:
        """Make the resources; their ids are what AWS draws."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
        cidrs = ("10.0.1.0/24", "10.0.2.0/24")
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for cidr, zone in zip(cidrs, zones, strict=True)
        ]
        group = ec2.create_security_group(GroupName="edge", Description="edge", VpcId=vpc)["GroupId"]
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)
        key = self.client("kms").create_key(Description="data")["KeyMetadata"]["KeyId"]
        self.client("kms").create_alias(AliasName="alias/data", TargetKeyId=key)
        self.client("secretsmanager").create_secret(Name="master", SecretString=json.dumps({"password": "kept"}))
        elb = self.client("elbv2")
        balancer = elb.create_load_balancer(Name="edge", Subnets=subnets, SecurityGroups=[group])["LoadBalancers"][0]
        target = elb.create_target_group(Name="gateway", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        target_arn = target["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": target_arn}]
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward
        )
        elb.register_targets(TargetGroupArn=target_arn, Targets=[{"Id": "10.0.1.7", "Port": 80}])
        identity = self.client("cognito-idp")
        pool = identity.create_user_pool(PoolName="shop")["UserPool"]["Id"]
        identity.create_user_pool_client(UserPoolId=pool, ClientName="web", GenerateSecret=True)
        rds = self.client("rds")
        rds.create_db_subnet_group(DBSubnetGroupName="data", DBSubnetGroupDescription="data", SubnetIds=subnets)
        rds.create_db_instance(
            DBInstanceIdentifier="orders",
            DBInstanceClass="db.t4g.medium",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="orders",
            ManageMasterUserPassword=True,
        )
        self.client("route53").create_hosted_zone(Name="shop.example", CallerReference="one")
        self.client("acm").request_certificate(DomainName="shop.example", ValidationMethod="DNS")
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.client("iam").create_role(RoleName="node", AssumeRolePolicyDocument=trust)
        self.client("iam").create_user(UserName="machine")
        self.client("iam").create_access_key(UserName="machine")
        self.client("eks").create_cluster(
            name="fortress", roleArn="arn:aws:iam::123456789012:role/node", resourcesVpcConfig={"subnetIds": subnets}
        )
        nodes = {"ClientSubnets": subnets, "InstanceType": "kafka.m7g.large"}
        self.client("kafka").create_cluster(
            ClusterName="orders", KafkaVersion="4.1.x.kraft", NumberOfBrokerNodes=2, BrokerNodeGroupInfo=nodes
        )
        self.client("sns").create_topic(Name="alarms")
        self.client("ecr").create_repository(repositoryName="orders")
        self.client("amp").create_workspace(alias="metrics")
        self.client("wafv2").create_web_acl(
            Name="edge",
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "edge"},
        )
        storage = self.client("s3")
        storage.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
        storage.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
        storage.put_object(Bucket="logs", Key="one", Body=b"kept")

    def identifiers(self) -> dict[str, Any]:
        """Every id, ARN and secret value of what `make` made, as reads give them."""
        ec2, elb, identity = self.client("ec2"), self.client("elbv2"), self.client("cognito-idp")
        target = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
        pool = identity.list_user_pools(MaxResults=5)["UserPools"][0]["Id"]
        client = identity.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"][0]["ClientId"]
        instance = self.client("rds").describe_db_instances()["DBInstances"][0]
        secrets = self.client("secretsmanager")
        names = [secret["ARN"] for secret in secrets.list_secrets()["SecretList"]]
        return {
            "default and own vpcs": [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]],
            "subnets": sorted(subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]),
            "security groups": sorted(group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]),
            "gateways": [gateway["NatGatewayId"] for gateway in ec2.describe_nat_gateways()["NatGateways"]],
            "keys": [key["KeyArn"] for key in self.client("kms").list_keys()["Keys"]],
            "secrets": {name: secrets.get_secret_value(SecretId=name)["SecretString"] for name in names},
            "balancers": [balancer["LoadBalancerArn"] for balancer in elb.describe_load_balancers()["LoadBalancers"]],
            "targets": elb.describe_target_health(TargetGroupArn=target)["TargetHealthDescriptions"],
            "client": identity.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"][
                "ClientSecret"
            ],
            "pool": pool,
            "instance": [instance["DBInstanceArn"], instance["DbiResourceId"], instance["MasterUserSecret"]],
            "zone": self.client("route53").list_hosted_zones()["HostedZones"][0]["Id"],
            "certificate": self.client("acm").list_certificates()["CertificateSummaryList"][0]["CertificateArn"],
            "role": self.client("iam").get_role(RoleName="node")["Role"]["RoleId"],
            "access key": self.client("iam").list_access_keys(UserName="machine")["AccessKeyMetadata"][0][
                "AccessKeyId"
            ],
            "cluster": self.client("eks").describe_cluster(name="fortress")["cluster"]["endpoint"],
            "stream": self.client("kafka").list_clusters()["ClusterInfoList"][0]["ClusterArn"],
            "workspace": self.client("amp").list_workspaces()["workspaces"][0]["workspaceId"],
            "firewall": self.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"][0]["ARN"],
            "object": self.client("s3").get_object(Bucket="logs", Key="one")["VersionId"],
        }

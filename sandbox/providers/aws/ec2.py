"""Networks: VPCs, subnets, routes, gateways, endpoints, flow logs and security groups."""

from typing import Any

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row


def _row(noun: str, key: str, **more: Any) -> Row:
    outputs = {"arn": arn("ec2", f"{noun.replace('_', '-')}/{{id}}")} | more.pop("outputs", {})
    create = more.pop("create", f"create_{noun}")
    return Row(create=create, keys={key: "id"}, outputs=outputs, **more)


_DESTINATION = {"DestinationCidrBlock": "destinationCidrBlock", "DestinationIpv6CidrBlock": "destinationIpv6CidrBlock"}
_FOUND = "created.SecurityGroups[0]"
_DEFAULT = "[{Name: 'vpc-id', Values: [vpcId]}, {Name: 'group-name', Values: ['default']}]"
_EVERYWHERE = "[{IpProtocol: '-1', IpRanges: [{CidrIp: '0.0.0.0/0'}]}]"


_DISK = """{VolumeType: ebs.volumeType, VolumeSize: ebs.volumeSize, KmsKeyId: ebs.kmsKeyId,
    Encrypted: ebs.encrypted=='true', DeleteOnTermination: ebs.deleteOnTermination=='true'}"""
_TEMPLATE = {
    "VersionDescription": "description",
    "LaunchTemplateData.BlockDeviceMappings": f"blockDeviceMappings[].{{DeviceName: deviceName, Ebs: {_DISK}}}",
    "LaunchTemplateData.TagSpecifications": (
        "tagSpecifications[].{ResourceType: resourceType, Tags: pairs(tags, 'Key', 'Value')}"
    ),
}


def _permissions(operation: str, permissions: str, *, always: bool = False) -> Call:
    members = {"IpPermissions": permissions}
    return Call(operation=operation, members=members, when=permissions, always=always, by_name=False)


def _inline(direction: str) -> Call:
    rules = f"""{direction}[].{{IpProtocol: protocol, FromPort: fromPort, ToPort: toPort,
        IpRanges: cidrBlocks[].{{CidrIp: @}}, UserIdGroupPairs: securityGroups[].{{GroupId: @}}}}"""
    return _permissions(f"authorize_security_group_{direction}", rules)


SERVICE = "ec2"
HANDLERS = {
    "aws:ec2/vpc:Vpc": _row(
        "vpc",
        "VpcId",
        members={"AmazonProvidedIpv6CidrBlock": "assignGeneratedIpv6CidrBlock"},
        settings=(Call(operation="modify_vpc_attribute", singly=True),),
        defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
    ),
    "aws:ec2/subnet:Subnet": _row(
        "subnet", "SubnetId", settings=(Call(operation="modify_subnet_attribute", singly=True),)
    ),
    "aws:ec2/internetGateway:InternetGateway": _row(
        "internet_gateway",
        "InternetGatewayId",
        settings=("attach_internet_gateway",),
        delete=(Call(operation="detach_internet_gateway", when="vpcId"), "delete_internet_gateway"),
        force_new="vpcId",
    ),
    "aws:ec2/routeTable:RouteTable": _row("route_table", "RouteTableId"),
    "aws:ec2/route:Route": Row(
        create="create_route",
        keys={"RouteTableId": "routeTableId"},
        id="join('', ['r-', routeTableId, '_', destinationCidrBlock || destinationIpv6CidrBlock])",
        members={"EgressOnlyInternetGatewayId": "egressOnlyGatewayId"},
        describe=Call(
            operation="describe_route_tables",
            found="""having(RouteTables[0].Routes, destinationCidrBlock && {DestinationCidrBlock: destinationCidrBlock}
                || {DestinationIpv6CidrBlock: destinationIpv6CidrBlock})""",
        ),
        update=("replace_route",),
        delete=(Call(operation="delete_route", members=_DESTINATION),),
        force_new="destinationCidrBlock destinationIpv6CidrBlock",
        delete_before_replace=True,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row(
        create="associate_route_table",
        keys={"AssociationId": "id"},
        describe=Call(
            operation="describe_route_tables",
            members={"Filters": "[{Name: 'association.route-table-association-id', Values: [id]}]"},
            by_name=False,
        ),
        delete=("disassociate_route_table",),
        delete_before_replace=True,
    ),
    "aws:ec2/eip:Eip": _row(
        "elastic_ip",
        "AllocationId",
        create="allocate_address",
        describe="describe_addresses",
        delete=("release_address",),
        outputs={"allocationId": "id"},
        tag_resource="elastic-ip",
    ),
    "aws:ec2/natGateway:NatGateway": _row(
        "nat_gateway",
        "NatGatewayId",
        members={"PrivateIpAddress": "privateIp"},
        describe=Call(operation="describe_nat_gateways", found="NatGateways[?State!='deleted'] | [0]"),
        outputs={"publicIp": "described.NatGatewayAddresses[0].PublicIp"},
        defaults={"connectivityType": "public"},
        tag_resource="natgateway",
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _row(
        "vpc_endpoint",
        "VpcEndpointId",
        members={
            "PolicyDocument": "policy",
            "AddRouteTableIds": "routeTableIds",
            "AddSubnetIds": "subnetIds",
            "AddSecurityGroupIds": "securityGroupIds",
        },
        describe=Call(operation="describe_vpc_endpoints", found="VpcEndpoints[?State!='deleted'] | [0]"),
        update=("modify_vpc_endpoint",),
        delete=("delete_vpc_endpoints",),
        outputs={"dnsEntries": "described.DnsEntries[].{dnsName: DnsName, hostedZoneId: HostedZoneId}"},
        defaults={"vpcEndpointType": "Gateway"},
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": _row(
        "launch_template",
        "LaunchTemplateId",
        create=Call(
            operation="create_launch_template",
            members={"LaunchTemplateName": "name", **_TEMPLATE},
            into="LaunchTemplateData",
        ),
        update=(Call(operation="create_launch_template_version", members=_TEMPLATE, into="LaunchTemplateData"),),
        outputs={"latestVersion": "described.LatestVersionNumber", "defaultVersion": "described.DefaultVersionNumber"},
        tag_resource="launch-template",
    ),
    "aws:ec2/securityGroup:SecurityGroup": _row(
        "security_group",
        "GroupId",
        create=Call(operation="create_security_group", members={"GroupName": "name"}),
        settings=(_permissions("revoke_security_group_egress", _EVERYWHERE, always=True),),
        defaults={"description": "Managed by Pulumi"},
        local="revokeRulesOnDelete",
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _row(
        "security_group",
        "GroupId",
        id=f"{_FOUND}.GroupId",
        create=Call(operation="describe_security_groups", members={"Filters": _DEFAULT}, by_name=False),
        describe="describe_security_groups",
        delete=(),
        settings=(
            _permissions("revoke_security_group_ingress", f"{_FOUND}.IpPermissions", always=True),
            _permissions("revoke_security_group_egress", f"{_FOUND}.IpPermissionsEgress", always=True),
            _inline("ingress"),
            _inline("egress"),
        ),
        outputs={"name": "described.GroupName"},
        force_new="ingress egress",
        local="revokeRulesOnDelete",
    ),
    "aws:ec2/flowLog:FlowLog": _row(
        "vpc_flow_log",
        "FlowLogId",
        id="created.FlowLogIds[0]",
        create=Call(
            operation="create_flow_logs",
            members={
                "ResourceIds": "[vpcId || subnetId || eniId]",
                "ResourceType": "vpcId && 'VPC' || subnetId && 'Subnet' || 'NetworkInterface'",
                "DeliverLogsPermissionArn": "iamRoleArn",
            },
        ),
        describe="describe_flow_logs",
        delete=("delete_flow_logs",),
        defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        tag_resource="vpc-flow-log",
    ),
}

"""Networks: VPCs, subnets, routes, gateways, endpoints, flow logs and security groups."""

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Autoname, Call, Row, exactly


def _vpc_attribute(attribute: str, member: str) -> Call:
    return exactly("modify_vpc_attribute", VpcId="id", **{f"{member}.Value": attribute})


def _subnet_attribute(attribute: str, member: str) -> Call:
    return exactly("modify_subnet_attribute", SubnetId="id", **{f"{member}.Value": attribute})


def _arn(kind: str) -> Text:
    return Text(f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{id}}")


_EVERY_ADDRESS = "[{IpProtocol: '-1', IpRanges: [{CidrIp: '0.0.0.0/0'}]}]"
_RULE = {
    "GroupId": "securityGroupId",
    "IpPermissions": """[{IpProtocol: ipProtocol, FromPort: fromPort, ToPort: toPort,
        IpRanges: cidrIpv4 && [{CidrIp: cidrIpv4, Description: description}],
        Ipv6Ranges: cidrIpv6 && [{CidrIpv6: cidrIpv6, Description: description}],
        PrefixListIds: prefixListId && [{PrefixListId: prefixListId, Description: description}],
        UserIdGroupPairs: referencedSecurityGroupId
            && [{GroupId: referencedSecurityGroupId, Description: description}]}]""",
}


def _security_group_rule(direction: str) -> Row:
    return Row(
        service="ec2",
        create=Call(operation=f"authorize_security_group_{direction}", members=_RULE, by_name=False),
        id="created.SecurityGroupRules[0].SecurityGroupRuleId",
        describe=exactly("describe_security_group_rules", SecurityGroupRuleIds="[id]", result="SecurityGroupRules[0]"),
        delete=(exactly(f"revoke_security_group_{direction}", GroupId="securityGroupId", SecurityGroupRuleIds="[id]"),),
        outputs={"securityGroupRuleId": "id", "arn": _arn("security-group-rule")},
        tag_resource="security-group-rule",
    )


HANDLERS = {
    "aws:ec2/vpc:Vpc": Row(
        service="ec2",
        create=Call(operation="create_vpc", members={"AmazonProvidedIpv6CidrBlock": "assignGeneratedIpv6CidrBlock"}),
        id="created.Vpc.VpcId",
        describe=exactly("describe_vpcs", VpcIds="[id]", result="Vpcs[0]"),
        settings=(
            _vpc_attribute("enableDnsSupport", "EnableDnsSupport"),
            _vpc_attribute("enableDnsHostnames", "EnableDnsHostnames"),
            _vpc_attribute("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"),
        ),
        delete=(exactly("delete_vpc", VpcId="id"),),
        outputs={"arn": _arn("vpc")},
        defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
        tag_resource="vpc",
    ),
    "aws:ec2/subnet:Subnet": Row(
        service="ec2",
        create=Call(operation="create_subnet"),
        id="created.Subnet.SubnetId",
        describe=exactly("describe_subnets", SubnetIds="[id]", result="Subnets[0]"),
        settings=(
            _subnet_attribute("mapPublicIpOnLaunch", "MapPublicIpOnLaunch"),
            _subnet_attribute("assignIpv6AddressOnCreation", "AssignIpv6AddressOnCreation"),
        ),
        delete=(exactly("delete_subnet", SubnetId="id"),),
        outputs={"arn": "described.SubnetArn"},
        tag_resource="subnet",
    ),
    "aws:ec2/internetGateway:InternetGateway": Row(
        service="ec2",
        create=exactly("create_internet_gateway"),
        id="created.InternetGateway.InternetGatewayId",
        describe=exactly("describe_internet_gateways", InternetGatewayIds="[id]", result="InternetGateways[0]"),
        settings=(exactly("attach_internet_gateway", InternetGatewayId="id", VpcId="vpcId"),),
        delete=(
            exactly("detach_internet_gateway", InternetGatewayId="id", VpcId="vpcId"),
            exactly("delete_internet_gateway", InternetGatewayId="id"),
        ),
        outputs={"arn": _arn("internet-gateway")},
        force_new=frozenset({"vpcId"}),
        tag_resource="internet-gateway",
    ),
    "aws:ec2/routeTable:RouteTable": Row(
        service="ec2",
        create=Call(operation="create_route_table"),
        id="created.RouteTable.RouteTableId",
        describe=exactly("describe_route_tables", RouteTableIds="[id]", result="RouteTables[0]"),
        delete=(exactly("delete_route_table", RouteTableId="id"),),
        outputs={"arn": _arn("route-table")},
        tag_resource="route-table",
    ),
    "aws:ec2/route:Route": Row(
        service="ec2",
        create=Call(operation="create_route", members={"EgressOnlyInternetGatewayId": "egressOnlyGatewayId"}),
        id="join('', ['r-', routeTableId, '_', destinationCidrBlock || destinationIpv6CidrBlock || destinationPrefixListId])",
        describe=exactly("describe_route_tables", RouteTableIds="[routeTableId]", result="RouteTables[0]"),
        update=(Call(operation="replace_route"),),
        delete=(
            exactly(
                "delete_route",
                RouteTableId="routeTableId",
                DestinationCidrBlock="destinationCidrBlock",
                DestinationIpv6CidrBlock="destinationIpv6CidrBlock",
            ),
        ),
        force_new=frozenset({"routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock"}),
        delete_before_replace=True,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row(
        service="ec2",
        create=Call(operation="associate_route_table"),
        id="created.AssociationId",
        describe=exactly(
            "describe_route_tables",
            Filters="[{Name: 'association.route-table-association-id', Values: [id]}]",
            result="RouteTables[0]",
        ),
        delete=(exactly("disassociate_route_table", AssociationId="id"),),
        delete_before_replace=True,
    ),
    "aws:ec2/eip:Eip": Row(
        service="ec2",
        create=Call(operation="allocate_address"),
        id="created.AllocationId",
        describe=exactly("describe_addresses", AllocationIds="[id]", result="Addresses[0]"),
        delete=(exactly("release_address", AllocationId="id"),),
        outputs={"arn": _arn("elastic-ip"), "allocationId": "id"},
        tag_resource="elastic-ip",
    ),
    "aws:ec2/natGateway:NatGateway": Row(
        service="ec2",
        create=Call(operation="create_nat_gateway", members={"PrivateIpAddress": "privateIp"}),
        id="created.NatGateway.NatGatewayId",
        describe=exactly(
            "describe_nat_gateways", NatGatewayIds="[id]", result="NatGateways[?State!='deleted'] | [0]"
        ),
        delete=(exactly("delete_nat_gateway", NatGatewayId="id"),),
        outputs={"publicIp": "described.NatGatewayAddresses[0].PublicIp"},
        defaults={"connectivityType": "public"},
        tag_resource="natgateway",
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Row(
        service="ec2",
        create=Call(operation="create_vpc_endpoint", members={"PolicyDocument": "policy"}),
        id="created.VpcEndpoint.VpcEndpointId",
        describe=exactly("describe_vpc_endpoints", VpcEndpointIds="[id]", result="VpcEndpoints[?State!='deleted'] | [0]"),
        update=(
            Call(
                operation="modify_vpc_endpoint",
                members={
                    "VpcEndpointId": "id",
                    "PolicyDocument": "policy",
                    "AddRouteTableIds": "routeTableIds",
                    "AddSubnetIds": "subnetIds",
                    "AddSecurityGroupIds": "securityGroupIds",
                },
            ),
        ),
        delete=(exactly("delete_vpc_endpoints", VpcEndpointIds="[id]"),),
        outputs={"arn": _arn("vpc-endpoint"), "dnsEntries": "described.DnsEntries[].{dnsName: DnsName, hostedZoneId: HostedZoneId}"},
        defaults={"vpcEndpointType": "Gateway"},
        tag_resource="vpc-endpoint",
    ),
    "aws:ec2/securityGroup:SecurityGroup": Row(
        service="ec2",
        create=Call(operation="create_security_group", members={"GroupName": "name"}),
        id="created.GroupId",
        describe=exactly("describe_security_groups", GroupIds="[id]", result="SecurityGroups[0]"),
        settings=(
            exactly("revoke_security_group_egress", GroupId="id", IpPermissions=_EVERY_ADDRESS, always=True),
        ),
        delete=(exactly("delete_security_group", GroupId="id"),),
        outputs={"arn": _arn("security-group")},
        defaults={"description": "Managed by Pulumi"},
        local=frozenset({"revokeRulesOnDelete"}),
        autoname=Autoname(),
        tag_resource="security-group",
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _security_group_rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _security_group_rule("egress"),
}

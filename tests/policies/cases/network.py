"""Good and bad network resources."""

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_GROUP = {
    "description": "Load balancer",
    "ingress": [
        {"description": "HTTPS", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": ["0.0.0.0/0"]},
        {"description": "Nodes", "protocol": "tcp", "fromPort": 1.0, "toPort": 99.0, "securityGroups": ["sg-1"]},
    ],
    "egress": [
        {"description": "Pods", "protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": ["10.0.0.0/16"]}
    ],
}
_INGRESS = {
    "description": "HTTPS",
    "ipProtocol": "tcp",
    "fromPort": 443.0,
    "toPort": 443.0,
    "cidrIpv4": "0.0.0.0/0",
    "securityGroupId": "sg-1",
}
_EGRESS = {**_INGRESS, "cidrIpv4": "10.0.0.0/16"}
_OLD_RULE = {
    "type": "ingress",
    "protocol": "tcp",
    "fromPort": 443.0,
    "toPort": 443.0,
    "cidrBlocks": ["0.0.0.0/0"],
    "securityGroupId": "sg-1",
    "description": "HTTPS",
}
_SSH = {"fromPort": 22.0, "toPort": 22.0}
_GROUP_TYPE = "aws:ec2/securityGroup:SecurityGroup"
_INGRESS_TYPE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS_TYPE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_OLD_TYPE = "aws:ec2/securityGroupRule:SecurityGroupRule"
_ENDPOINT_POLICY = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"}]
}
_VPC = Resource(type="aws:ec2/vpc:Vpc")

CASES = [
    Case(
        rule="NET-02",
        type=_GROUP_TYPE,
        good=_GROUP,
        bad={
            "another port": {"ingress.0.fromPort": 8080.0, "ingress.0.toPort": 8080.0},
            "SSH": {"ingress.0.fromPort": 22.0, "ingress.0.toPort": 22.0},
            "a range that begins with it": {"ingress.0.toPort": 8443.0},
            "RDP within a range": {"ingress.0.fromPort": 3000.0, "ingress.0.toPort": 4000.0},
            "every port of TCP": {"ingress.0.fromPort": REMOVED, "ingress.0.toPort": REMOVED},
            "every protocol": {"ingress.0.protocol": "-1", "ingress.0.fromPort": 0.0, "ingress.0.toPort": 0.0},
            "a world rule beside a narrow one": {"ingress.1": {"protocol": "-1", "ipv6CidrBlocks": ["::/0"]}},
            "one of two blocks": {
                "ingress.1": {"protocol": "tcp", **_SSH, "cidrBlocks": ["10.0.0.0/8", "128.0.0.0/1"]}
            },
            "UDP": {"ingress.0.protocol": "udp"},
            "ICMP": {"ingress.0.protocol": "icmp"},
        },
        also_good={"HTTP": {"ingress.0.fromPort": 80.0, "ingress.0.toPort": 80.0}},
    ),
    Case(
        rule="NET-02",
        type=_INGRESS_TYPE,
        good={**_INGRESS, "cidrIpv4": "0.0.0.0/0"},
        bad={
            "half of the world": {"fromPort": 22.0, "toPort": 22.0, "cidrIpv4": "0.0.0.0/1"},
            "IPv6": {"ipProtocol": "-1", "cidrIpv4": REMOVED, "cidrIpv6": "::/0"},
            "what is no block": {"fromPort": 22.0, "toPort": 22.0, "cidrIpv4": "everywhere"},
        },
    ),
    Case(
        rule="NET-02",
        type=_OLD_TYPE,
        good={**_OLD_RULE, "cidrBlocks": ["0.0.0.0/0"]},
        bad={"SSH": _SSH},
        also_good={"outward": {**_SSH, "type": "egress"}},
    ),
    Case(
        rule="NET-03",
        type=_GROUP_TYPE,
        good=_GROUP,
        bad={
            "the world in words": {"egress.0.protocol": "all", "egress.0.cidrBlocks": ["0.0.0.0/0"]},
            "everything over IPv4": {"egress.0": {"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}},
            "everything over IPv6": {"egress.0": {"protocol": "-1", "ipv6CidrBlocks": ["::/0"]}},
        },
        also_good={"HTTPS to the world": {"egress.0.cidrBlocks": ["0.0.0.0/0"]}},
    ),
    Case(rule="NET-03", type=_EGRESS_TYPE, good=_EGRESS, bad={"all": {"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}}),
    Case(
        rule="NET-04",
        type=_GROUP_TYPE,
        good=_GROUP,
        bad={
            "none on the group": {"description": REMOVED},
            "the SDK's own on the group": {"description": "Managed by Pulumi"},
            "none on a way in": {"ingress.0.description": REMOVED},
            "none on a way out": {"egress.0.description": ""},
        },
    ),
    Case(rule="NET-04", type=_INGRESS_TYPE, good=_INGRESS, bad={"none": {"description": REMOVED}}),
    Case(rule="NET-07", type="aws:ec2/subnet:Subnet", good={}, bad={"on": {"mapPublicIpOnLaunch": True}}),
    Case(
        rule="NET-08",
        type="aws:ec2/networkAcl:NetworkAcl",
        good={
            "ingress": [
                {"action": "allow", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlock": "0.0.0.0/0"},
                {"action": "deny", "protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlock": "0.0.0.0/0"},
            ]
        },
        bad={
            "SSH allowed": {"ingress.1.action": "allow"},
            "FTP within a range": {"ingress.0.fromPort": 1.0},
            "IPv6": {"ingress.0": {"action": "allow", "protocol": "-1", "ipv6CidrBlock": "::/0"}},
        },
    ),
    Case(
        rule="NET-08",
        type="aws:ec2/networkAclRule:NetworkAclRule",
        good={"ruleAction": "allow", "protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlock": "0.0.0.0/0"},
        bad={"RDP": {"fromPort": 3389.0, "toPort": 3389.0}},
        also_good={"outward": {"fromPort": 22.0, "toPort": 22.0, "egress": True}},
    ),
    Case(
        rule="NET-09",
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        good={"vpcEndpointType": "Interface", "policy": _ENDPOINT_POLICY, "privateDnsEnabled": True},
        bad={
            "no policy": {"policy": REMOVED},
            "a policy that allows all": {"policy.Statement.0.Action": "*", "policy.Statement.0.Resource": "*"},
            "no private name": {"privateDnsEnabled": False},
        },
        also_good={
            "a gateway": {"vpcEndpointType": "Gateway", "privateDnsEnabled": REMOVED},
            "everything done to one thing": {"policy.Statement.0.Action": "*"},
            "one thing done to everything": {"policy.Statement.0.Resource": "*"},
        },
    ),
    Case(
        rule="NET-10",
        type="aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
        good={"internetGatewayBlockMode": "block-bidirectional"},
        bad={"off": {"internetGatewayBlockMode": "off"}},
    ),
    Case(
        rule="NET-11",
        type="aws:ec2/routeTable:RouteTable",
        good={"routes": [{"cidrBlock": "10.1.2.0/24", "vpcPeeringConnectionId": "pcx-1"}]},
        bad={"everything": {"routes.0.cidrBlock": "0.0.0.0/0"}},
        also_good={"the internet by a gateway": {"routes.0": {"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}}},
    ),
    Case(
        rule="NET-11",
        type="aws:ec2/route:Route",
        good={
            "routeTableId": "rtb-1",
            "destinationCidrBlock": "10.1.2.0/24",
            "vpcPeeringConnectionId": "pcx-1",
        },
        bad={"everything": {"destinationCidrBlock": "0.0.0.0/0"}},
    ),
    GraphCase(
        rule="NET-05",
        anchor="vpc",
        good={
            "vpc": _VPC,
            "default": Resource(type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", references={"vpcId": "vpc"}),
        },
        bad={
            "left alone": {"default": REMOVED},
            "of another network": {"other": _VPC, "default.->vpcId": "other"},
            "open inward": {"default.ingress": [{"protocol": "-1", "self": True}]},
            "open outward": {"default.egress": [{"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}]},
            "open both ways": {"default.ingress": [{"protocol": "-1"}], "default.egress": [{"protocol": "-1"}]},
        },
    ),
    GraphCase(
        rule="NET-06",
        anchor="vpc",
        good={
            "vpc": _VPC,
            "log": Resource(
                type="aws:ec2/flowLog:FlowLog", properties={"trafficType": "ALL"}, references={"vpcId": "vpc"}
            ),
        },
        bad={"none": {"log": REMOVED}, "accepted traffic alone": {"log.trafficType": "ACCEPT"}},
        also_good={"rejected traffic": {"log.trafficType": "REJECT"}},
    ),
]

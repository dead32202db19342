"""Security group rules, each a resource of its own."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_RULE = {
    "GroupId": "securityGroupId",
    "IpPermissions": """[{IpProtocol: ipProtocol, FromPort: fromPort, ToPort: toPort,
        IpRanges: cidrIpv4 && [{CidrIp: cidrIpv4, Description: description}],
        Ipv6Ranges: cidrIpv6 && [{CidrIpv6: cidrIpv6, Description: description}],
        PrefixListIds: prefixListId && [{PrefixListId: prefixListId, Description: description}],
        UserIdGroupPairs: referencedSecurityGroupId
            && [{GroupId: referencedSecurityGroupId, Description: description}]}]""",
}


def _rule(direction: str) -> Row:
    revoke = Call(operation=f"revoke_security_group_{direction}", members={"GroupId": "securityGroupId"}, by_name=False)
    return Row(
        create=Call(operation=f"authorize_security_group_{direction}", members=_RULE, by_name=False),
        keys={"SecurityGroupRuleId": "id"},
        describe="describe_security_group_rules",
        delete=(revoke,),
        outputs={"securityGroupRuleId": "id", "arn": arn("ec2", "security-group-rule/{id}")},
        tag_resource="security-group-rule",
    )


SERVICE = "ec2"
HANDLERS = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}

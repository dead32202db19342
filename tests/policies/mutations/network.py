"""What goes wrong in the network and at the edge of the program's own stack, a violation for each rule."""

from policies.tokens import EGRESS_RULE, SECURITY_GROUP
from tests.policies.case import REMOVED, Resource
from tests.policies.mutation import Mutation, added, done

_ZONE = Resource(type="aws:route53/zone:Zone", properties={"name": "other.example.com"})
_SIGNED = Resource(
    type="aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
    properties={"signingStatus": "SIGNING"},
    references={"hostedZoneId": "Zone::other"},
)
_QUERY_LOG = Resource(
    type="aws:route53/queryLog:QueryLog",
    references={"zoneId": "Zone::other", "cloudwatchLogGroupArn": "LogGroup::telemetry"},
)
_FROM_INTERNET = "SecurityGroupIngressRule::load-balancer-from-internet-443"

MUTATIONS = {
    "ACM-01": done("domain", "by mail"),
    "DNS-01": Mutation(change={"Zone::other": _ZONE, "HostedZoneDnsSec::other": _SIGNED}),
    "DNS-02": Mutation(change={"Zone::other": _ZONE, "QueryLog::other": _QUERY_LOG}),
    "EC2-01": added("the old service too"),
    "EC2-02": added("plain", type_="aws:ebs/volume:Volume"),
    "EC2-03": added(
        "asked for",
        {"Instance::added.metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1.0}},
        type_="aws:ec2/instance:Instance",
    ),
    "LB-01": done("load-balancer-http", "serves HTTP"),
    "LB-02": done("load-balancer-https", "of 2016"),
    "LB-03": done("load-balancer", "left to AWS"),
    "LB-04": done("load-balancer", "no access log"),
    "LB-05": done("load-balancer", "left to AWS"),
    "LB-06": done("load-balancer", "monitor"),
    "LB-07": Mutation(change={"LoadBalancer::load-balancer.->subnets": ("Subnet::network-public-a",)}),
    "LB-08": done("load-balancer", "no path"),
    "NET-02": Mutation(change={f"{_FROM_INTERNET}.fromPort": 22.0, f"{_FROM_INTERNET}.toPort": 22.0}),
    "NET-03": done("load-balancer-to-gateway", "all", type_=EGRESS_RULE),
    "NET-04": done("endpoints", "none on the group", type_=SECURITY_GROUP),
    "NET-05": Mutation(change={"DefaultSecurityGroup::network-closed": REMOVED}),
    "NET-06": Mutation(change={"FlowLog::flow-logs": REMOVED}),
    "NET-07": done("network-public-a", "on"),
    "NET-08": added("SSH allowed", type_="aws:ec2/networkAcl:NetworkAcl"),
    "NET-09": done("endpoints-ecr-api", "no policy"),
    "NET-10": added("off"),
    "NET-11": added("everything", type_="aws:ec2/routeTable:RouteTable"),
    "NET-12": Mutation(change={"VpcEndpoint::endpoints-kms": REMOVED}),
    "WAF-01": Mutation(change={"WebAclAssociation::firewall": REMOVED}),
    "WAF-02": Mutation(change={"WebAclLoggingConfiguration::firewall": REMOVED}),
    "WAF-03": done("firewall", "no rule"),
}

"""STK-01: the load balancer is the only way in."""

from policies.controls import NETWORK_BOUNDARY, WEB_PROTECTION, controls
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameter, Parameters, Severity, Verdict, require

_ADDRESS = "aws:ec2/eip:Eip"
_NAT = "aws:ec2/natGateway:NatGateway"


def only_way(entrance: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """A public address is a NAT gateway's; what brings an address of its own is listed or not there."""
    if entrance.type == _ADDRESS:
        gateways = graph.referrers(entrance, _NAT, "allocationId")
        return require(bool(gateways), "it is a public address that no NAT gateway has")
    return require(entrance.name in parameters["entrances"], "it opens a way in beside the load balancer")


RULE = GraphRule(
    id="STK-01",
    severity=Severity.HIGH,
    title="The load balancer is the only way in",
    rationale="A second entrance has no web ACL, no log and no alarm before it.",
    fix="Remove it and route its calls by an `aws:lb/listenerRule:ListenerRule`, or list it in `entrances`.",
    types=(
        _ADDRESS,
        "aws:elb/loadBalancer:LoadBalancer",
        "aws:apigateway/restApi:RestApi",
        "aws:apigatewayv2/api:Api",
        "aws:apprunner/service:Service",
        "aws:cloudfront/distribution:Distribution",
        "aws:globalaccelerator/accelerator:Accelerator",
        "aws:lambda/functionUrl:FunctionUrl",
    ),
    controls=controls(NETWORK_BOUNDARY, WEB_PROTECTION),
    link="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_create_layers.html",
    parameters={
        "entrances": Parameter(default=(), description="Names of further entrances that have a guard of their own.")
    },
    checks=(only_way,),
)

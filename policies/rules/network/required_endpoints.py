"""NET-12: what the cluster calls in AWS is reached by endpoints inside the network."""

from policies.controls import NETWORK_EGRESS, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameter, Parameters, Severity, Verdict, combine, decide, require
from policies.tokens import VPC
from policies.values import read, some

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def reached(vpc: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """For each service an endpoint is in the network."""
    endpoints = graph.referrers(vpc, _ENDPOINT, "vpcId")
    return combine(decide(_has, endpoints, service) for service in parameters["services"])


def _has(endpoints: list[Node], service: str) -> Verdict:
    there = some(endpoints, lambda endpoint: _serves(endpoint, service))
    return require(there, f"no endpoint for {service} is in it")


def _serves(endpoint: Node, service: str) -> bool:
    return (read(endpoint.properties, "serviceName") or "").split(".", 3)[-1] == service


RULE = GraphRule(
    id="NET-12",
    severity=Severity.MEDIUM,
    title="What the cluster calls in AWS is reached by endpoints inside the network",
    rationale="Calls by way of the internet gateway need a route out, and a route out takes data too.",
    fix="Declare an `aws:ec2/vpcEndpoint:VpcEndpoint` with the `serviceName` for each of the parameter `services`.",
    types=(VPC,),
    controls=controls(NETWORK_EGRESS, hub=("EC2.55", "EC2.56")),
    link=security_hub("EC2.55"),
    parameters={
        "services": Parameter(
            default=("ecr.api", "ecr.dkr", "eks-auth", "kms", "logs", "s3", "secretsmanager", "sts"),
            description="Services that need an endpoint, by the end of their service names.",
        )
    },
    checks=(reached,),
)

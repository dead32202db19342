"""NET-10: where VPC public access is governed, internet gateways are blocked."""

from policies.checks import one_of
from policies.controls import NETWORK_BOUNDARY, controls, security_hub
from policies.rule import Rule, Severity

RULE = Rule(
    id="NET-10",
    severity=Severity.MEDIUM,
    title="Where VPC public access is governed, internet gateways are blocked",
    rationale="The account-wide switch outlasts every mistake in route tables.",
    fix="Set `internetGatewayBlockMode` to block-ingress or block-bidirectional.",
    types=("aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",),
    controls=controls(NETWORK_BOUNDARY, hub=("EC2.172",)),
    link=security_hub("EC2.172"),
    checks=(one_of("internetGatewayBlockMode", ("block-ingress", "block-bidirectional")),),
)

"""NET-09: VPC endpoints carry a policy that limits them and answer by the service's own name."""

from policies.checks import equals, present, where
from policies.controls import LEAST_PRIVILEGE, NETWORK_EGRESS, controls
from policies.document import Statement, admits_everybody, each_statement, grants, on_every_resource
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read


def is_interface(endpoint: Properties) -> bool:
    """Whether it is reached through addresses of the subnet."""
    return read(endpoint, "vpcEndpointType") == "Interface"


def narrow(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not allow everybody everything."""
    everything = grants(statement, "*") and on_every_resource(statement)
    return require(not everything or not admits_everybody(statement), "policy allows everybody every action")


RULE = Rule(
    id="NET-09",
    severity=Severity.MEDIUM,
    title="VPC endpoints carry a policy that limits them and answer by the service's own name",
    rationale=(
        "An endpoint without a policy lets any workload move data to any account's resources past the firewall."
    ),
    fix=(
        "Set `policy` to the principals, actions and resources that are used, and `privateDnsEnabled` on "
        "interface endpoints."
    ),
    types=("aws:ec2/vpcEndpoint:VpcEndpoint",),
    controls=controls(NETWORK_EGRESS, LEAST_PRIVILEGE),
    link="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    checks=(
        present("policy"),
        each_statement("policy", narrow),
        where(is_interface, equals("privateDnsEnabled", True)),
    ),
)

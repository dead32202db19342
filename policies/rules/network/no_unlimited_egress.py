"""NET-03: no security group may send anything anywhere."""

from policies.controls import NETWORK_EGRESS, controls
from policies.network import cidrs, on_rules, opens_to_world, protocol
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import EGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policies.values import Properties, shown


def limited(rule: Properties, _: Parameters) -> Verdict:
    """A rule does not let every protocol out to everybody."""
    unlimited = protocol(rule) in ("-1", "all")
    return require(not unlimited or not opens_to_world(rule), f"every protocol may leave to {shown(cidrs(rule))}")


RULE = Rule(
    id="NET-03",
    severity=Severity.MEDIUM,
    title="No security group may send anything anywhere",
    rationale="Unlimited egress is how stolen data leaves and how a foothold fetches its tools.",
    fix=(
        "Set `ipProtocol` and the ports to what the workload calls, or name the security group or prefix list it calls."
    ),
    types=(
        SECURITY_GROUP,
        EGRESS_RULE,
        SECURITY_GROUP_RULE,
    ),
    controls=controls(NETWORK_EGRESS),
    link="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    checks=(on_rules("egress", limited),),
)

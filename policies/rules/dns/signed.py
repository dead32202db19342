"""DNS-02: each public zone is signed."""

from policies.controls import INTEGRITY, controls
from policies.graph import Graph, Node
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.values import read, read_list


def signed(zone: Node, graph: Graph, _: Parameters) -> Verdict:
    """Signing of a public zone is on."""
    if read_list(zone.properties, "vpcs"):
        return NOT_APPLICABLE
    found = graph.referrers(zone, "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec", "hostedZoneId")
    off = [one.name for one in found if read(one.properties, "signingStatus") == "NOT_SIGNING"]
    return require(bool(found) and not off, "it is not signed")


RULE = GraphRule(
    id="DNS-02",
    severity=Severity.LOW,
    title="Each public zone is signed",
    rationale="An unsigned answer can be replaced on its way, and the certificate's validation with it.",
    fix="Declare `aws:route53/hostedZoneDnsSec:HostedZoneDnsSec` for the zone with `signingStatus` SIGNING.",
    types=("aws:route53/zone:Zone",),
    controls=controls(INTEGRITY),
    link="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html",
    checks=(signed,),
)

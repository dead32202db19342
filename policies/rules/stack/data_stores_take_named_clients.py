"""STK-02: data stores take connections from named groups on their own port only."""

from policies.controls import NETWORK_BOUNDARY, controls
from policies.graph import Graph, Node
from policies.network import cidrs, ports
from policies.reach import Ingress, ingress_of
from policies.rule import COMPLIANT, GraphRule, Parameters, Severity, Verdict, combine, decide, require, violating
from policies.tokens import DATA_STORES, EKS_CLUSTER, MSK_CLUSTER, RDS_INSTANCE, REPLICATION_GROUP, SECURITY_GROUP
from policies.values import known, read, shown

_GROUPS = {
    RDS_INSTANCE: "vpcSecurityGroupIds",
    REPLICATION_GROUP: "securityGroupIds",
    MSK_CLUSTER: "brokerNodeGroupInfo.securityGroups",
}
_PORTS = {RDS_INSTANCE: (5432, 3306), REPLICATION_GROUP: (6379,), MSK_CLUSTER: (9094, 9096, 9098)}


def guarded(store: Node, graph: Graph, _: Parameters) -> Verdict:
    """Every rule of every group of the store, in whichever form, is for its port and from a named group."""
    groups = graph.references(store, _GROUPS[store.type], SECURITY_GROUP)
    if not groups:
        return violating(f"{_GROUPS[store.type]} names no security group of this stack")
    rules = [rule for group in groups for rule in ingress_of(group, graph)]
    verdicts = (decide(check, rule, graph, store) for rule in rules for check in (_named_source, _own_port))
    return combine((COMPLIANT, *verdicts))


def _named_source(ingress: Ingress, graph: Graph, _: Node) -> Verdict:
    blocks = cidrs(known(ingress.rule))
    if blocks or ingress.rule.get("prefixListId") or ingress.rule.get("prefixListIds"):
        return violating(f"{ingress.owner.name} lets in {shown(blocks) if blocks else 'a prefix list'}")
    sources = graph.references(ingress.owner, ingress.source_path, SECURITY_GROUP, EKS_CLUSTER)
    return require(bool(sources), f"{ingress.owner.name} names no group of this stack as its source")


def _own_port(ingress: Ingress, _: Graph, store: Node) -> Verdict:
    own = read(store.properties, "port")
    allowed = _PORTS[store.type] if own is None else (own,)
    first, last = ports(ingress.rule)
    only = first == last and first in allowed
    return require(only, f"{ingress.owner.name} opens ports {first} to {last}, only {shown(allowed)} may be open")


RULE = GraphRule(
    id="STK-02",
    severity=Severity.CRITICAL,
    title="Data stores take connections from named groups on their own port only",
    rationale="An address range lets in whoever gets an address in it.",
    fix=("Set `referencedSecurityGroupId` of each ingress rule to the client's group, and the ports to the engine's."),
    types=DATA_STORES,
    controls=controls(NETWORK_BOUNDARY),
    link="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    checks=(guarded,),
)

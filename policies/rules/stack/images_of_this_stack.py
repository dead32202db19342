"""STK-16: every image comes from a repository of this stack."""

from policies.controls import INTEGRITY, PATCHING, controls
from policies.graph import Graph, Node
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import COMPLIANT, GraphRule, Parameter, Parameters, Severity, Verdict, require
from policies.tokens import REPOSITORY
from policies.values import Properties, read, shown


def from_repository(workload: Node, graph: Graph, parameters: Parameters) -> Verdict:
    """The workload refers to a repository of the stack, or names an image that is listed."""
    if graph.references(workload, "spec", REPOSITORY):
        return COMPLIANT
    return on_containers(_listed)(workload.properties, parameters)


def _listed(container: Container, _: Properties, parameters: Parameters) -> Verdict:
    image = read(container, "image") or ""
    listed = image.startswith(tuple(parameters["images"]))
    return require(listed, f"{named(container)} runs {shown(image or None)}, of no repository of this stack")


RULE = GraphRule(
    id="STK-16",
    severity=Severity.HIGH,
    title="Every image comes from a repository of this stack",
    rationale="Another repository scans nothing, moves its tags and is deleted by whoever owns it.",
    fix="Set `image` to the `repositoryUrl` of a repository of the stack, or list it in the parameter `images`.",
    types=WORKLOADS,
    controls=controls(INTEGRITY, PATCHING),
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
    parameters={"images": Parameter(default=(), description="How images begin that may come from elsewhere.")},
    checks=(from_repository,),
)

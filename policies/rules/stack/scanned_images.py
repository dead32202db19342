"""STK-16: images of this stack's repositories come by digest from scanned, immutable ones."""

from policies.controls import INTEGRITY, PATCHING, controls
from policies.graph import Graph, Node
from policies.pod import WORKLOADS
from policies.rule import NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import REPOSITORY
from policies.values import read, shown


def from_scanned(workload: Node, graph: Graph, _: Parameters) -> Verdict:
    """Each repository the workload refers to scans what arrives and never moves a tag."""
    repositories = graph.references(workload, "spec", REPOSITORY)
    loose = [found.name for found in repositories if not _is_strict(found)]
    if not repositories:
        return NOT_APPLICABLE
    return require(not loose, f"its images come from {shown(loose)}, which does not scan or has tags that move")


def _is_strict(repository: Node) -> bool:
    immutable = read(repository.properties, "imageTagMutability") == "IMMUTABLE"
    return immutable and read(repository.properties, "imageScanningConfiguration.scanOnPush") is True


RULE = GraphRule(
    id="STK-16",
    severity=Severity.HIGH,
    title="Images of this stack's repositories come by digest from scanned, immutable ones",
    rationale="An image that was never scanned, or whose tag moved, is whatever somebody put there.",
    fix=(
        "Set `imageTagMutability` to IMMUTABLE and `imageScanningConfiguration.scanOnPush` to true on the repository."
    ),
    types=WORKLOADS,
    controls=controls(INTEGRITY, PATCHING),
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
    checks=(from_scanned,),
)

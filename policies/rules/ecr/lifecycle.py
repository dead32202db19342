"""ECR-05: each repository lets old images go."""

from policies.controls import CONFIGURATION, controls, security_hub
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import REPOSITORY, REPOSITORY_TEMPLATE
from policies.values import read


def cleaned(repository: Node, graph: Graph, _: Parameters) -> Verdict:
    """A lifecycle policy is for it; a template carries its own."""
    if repository.type == REPOSITORY_TEMPLATE:
        return require(bool(read(repository.properties, "lifecyclePolicy")), "lifecyclePolicy is not set")
    policies = graph.referrers(repository, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository")
    return require(bool(policies), "no lifecycle policy is for it")


RULE = GraphRule(
    id="ECR-05",
    severity=Severity.LOW,
    title="Each repository lets old images go",
    rationale="Old images keep old holes, and somebody will deploy one.",
    fix="Declare an `aws:ecr/lifecyclePolicy:LifecyclePolicy` for the repository; set a template's `lifecyclePolicy`.",
    types=(REPOSITORY, REPOSITORY_TEMPLATE),
    controls=controls(CONFIGURATION, hub=("ECR.3",)),
    link=security_hub("ECR.3"),
    checks=(cleaned,),
)

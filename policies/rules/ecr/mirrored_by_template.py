"""ECR-07: what is mirrored lands in repositories that a template makes."""

from policies.controls import INTEGRITY, controls
from policies.graph import Graph, Node
from policies.rule import GraphRule, Parameters, Severity, Verdict, require
from policies.tokens import PULL_THROUGH_RULE, REPOSITORY_TEMPLATE
from policies.values import read, read_list, some

_EVERY_REPOSITORY = "ROOT"


def made_by_a_template(rule: Node, graph: Graph, _: Parameters) -> Verdict:
    """A template of the stack is for repositories of this prefix, and for those that pulling makes."""
    prefix = read(rule.properties, "ecrRepositoryPrefix")

    def covers(template: Node) -> bool:
        applied = read_list(template.properties, "appliedFors")
        named = read(template.properties, "prefix")
        within = named == _EVERY_REPOSITORY or f"{prefix}/".startswith(f"{named}/")
        return within and some(applied, lambda use: use == "PULL_THROUGH_CACHE")

    covered = some(graph.of(REPOSITORY_TEMPLATE), covers)
    return require(covered, f"no template makes the repositories under {prefix}")


RULE = GraphRule(
    id="ECR-07",
    severity=Severity.MEDIUM,
    title="What is mirrored lands in repositories that a template makes",
    rationale="Without one ECR makes them with tags that move, without a key of this stack and without an end.",
    fix="Declare an `aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate` with the rule's `prefix`, "
    "applied for PULL_THROUGH_CACHE.",
    types=(PULL_THROUGH_RULE,),
    controls=controls(INTEGRITY, hub=("ECR.2", "ECR.3", "ECR.5")),
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
    checks=(made_by_a_template,),
)

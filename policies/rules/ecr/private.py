"""ECR-04: no repository is open to everybody."""

from policies.controls import PUBLIC_ACCESS, controls
from policies.document import Statement, admits_everybody, each_statement
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.tokens import REPOSITORY_TEMPLATE


def closed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not admit everybody."""
    return require(not admits_everybody(statement), "policy admits every AWS account")


RULE = Rule(
    id="ECR-04",
    severity=Severity.HIGH,
    title="No repository is open to everybody",
    rationale="Whoever may pull an image reads the code, and whoever may push one runs theirs.",
    fix="Name the principals in `policy`, or in a template's `repositoryPolicy`.",
    types=("aws:ecr/repositoryPolicy:RepositoryPolicy", REPOSITORY_TEMPLATE),
    controls=controls(PUBLIC_ACCESS, eks=("5.1.2",)),
    link="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    checks=(each_statement("policy", closed), each_statement("repositoryPolicy", closed)),
)

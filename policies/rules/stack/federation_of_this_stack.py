"""STK-09: tokens are taken from providers of this stack, for one audience, and pods' tokens for its own accounts."""

from policies.cluster import SERVICE_ACCOUNT, name_of, namespace_of
from policies.controls import AUTHENTICATION, LEAST_PRIVILEGE, controls
from policies.document import Statement, allows, compared_with, principals, statements
from policies.graph import Graph, Node
from policies.rule import COMPLIANT, NOT_APPLICABLE, GraphRule, Parameters, Severity, Verdict, combine, decide, require
from policies.tokens import IAM_ROLE
from policies.values import every, known, read, read_list, shown

_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_POD = "system:serviceaccount:"


def one_audience(provider: Node, _: Graph, __: Parameters) -> Verdict:
    """The provider names the audience for which its tokens are taken."""
    if provider.type != _PROVIDER:
        return NOT_APPLICABLE
    audiences = read_list(provider.properties, "clientIdLists")
    return require(len(audiences) == 1, f"clientIdLists is {shown(audiences)}, must name one audience")


def from_own_provider(role: Node, graph: Graph, _: Parameters) -> Verdict:
    """A statement of the trust that names an identity provider names one of the stack."""
    if role.type != IAM_ROLE or graph.references(role, "assumeRolePolicy", _PROVIDER):
        return NOT_APPLICABLE
    issuers = [read(provider.properties, "url") for provider in graph.of(_PROVIDER)]
    found = statements(read(role.properties, "assumeRolePolicy"))
    return combine(decide(_trusts_none_but, issuers, statement) for statement in found)


def _trusts_none_but(issuers: list[str], statement: Statement) -> Verdict:
    federated = principals(statement, "Federated") if allows(statement) else []
    own = every(federated, lambda arn: arn.partition("/")[2] in [url.partition("//")[2] for url in issuers])
    return require(own, f"assumeRolePolicy trusts {shown(federated)}, which is no provider of this stack")


def for_own_accounts(role: Node, graph: Graph, _: Parameters) -> Verdict:
    """A subject that is a pod is a service account of the stack."""
    if role.type != IAM_ROLE:
        return NOT_APPLICABLE
    found = statements(read(role.properties, "assumeRolePolicy"))
    subjects = [subject for statement in found for subject in compared_with(statement, ":sub")]
    pods = [subject for subject in subjects if str(known(subject, "assumeRolePolicy")).startswith(_POD)]
    if not pods:
        return NOT_APPLICABLE
    accounts = [f"{_POD}{namespace_of(one)}:{name_of(one)}" for one in graph.of(SERVICE_ACCOUNT)]
    strange = [subject for subject in pods if subject not in accounts]
    return combine((COMPLIANT, require(every(pods, lambda pod: pod in accounts), f"no account is {shown(strange)}")))


RULE = GraphRule(
    id="STK-09",
    severity=Severity.HIGH,
    title="Tokens are taken from providers of this stack, for one audience and for known subjects",
    rationale="A provider that somebody else runs decides who takes the role.",
    fix="Set `clientIdLists` to the one audience, and name a provider and an account of the stack in the trust.",
    types=(
        _PROVIDER,
        IAM_ROLE,
    ),
    controls=controls(LEAST_PRIVILEGE, AUTHENTICATION),
    link="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    checks=(
        one_audience,
        from_own_provider,
        for_own_accounts,
    ),
)

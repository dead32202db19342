import pytest

from infra.components.delivery import Delivery, DeliveryArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = DeliveryArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    repository="shop/fortress",
    deployment_environment="prod",
    state_bucket_name="fortress-state",
)
GRAPH = record_component(lambda opts: Delivery("delivery", ARGS, opts))


@pytest.mark.parametrize(
    ("role", "subjects"),
    [
        ("delivery-plan", ["repo:shop/fortress:pull_request", "repo:shop/fortress:ref:refs/heads/main"]),
        ("delivery-apply", ["repo:shop/fortress:environment:prod"]),
    ],
)
def test_each_role_is_taken_by_exactly_the_workflows_that_need_it(role: str, subjects: list[str]) -> None:
    (statement,) = GRAPH.one("aws:iam/role:Role", role).json("assumeRolePolicy")["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subjects,
        }
    }


def test_a_plan_reads_and_locks_and_writes_nothing_else() -> None:
    attachment = GRAPH.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "delivery-plan")
    assert attachment.inputs["policyArn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    (statement,) = GRAPH.one("aws:iam/rolePolicy:RolePolicy", "delivery-plan-lock").json("policy")["Statement"]
    assert statement["Resource"] == ["arn:aws:s3:::fortress-state/.pulumi/locks/*"]


def test_an_apply_manages_the_platforms_own_roles_only() -> None:
    (statement,) = GRAPH.one("aws:iam/rolePolicy:RolePolicy", "delivery-apply-roles").json("policy")["Statement"]
    assert statement["Resource"] == ["arn:aws:iam::123456789012:role/fortress/*"]
    assert all(role.inputs["path"] == "/fortress/" for role in GRAPH.of_type("aws:iam/role:Role"))

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.components.boundary import Boundary, BoundaryArgs
from infra.shared.arn import Account
from tests.infra.program import RUNS, Run
from tests.infra.recorder import Graph, record_component

ARGS = BoundaryArgs(account=Account(account_id="123456789012", region="eu-central-1"), policy_name="shop-boundary")
ARN = "arn:aws:iam::123456789012:policy/fortress/shop-boundary"
GRAPH = record_component(lambda opts: Boundary("boundary", ARGS, opts))
POLICY = GRAPH.one("aws:iam/policy:Policy")
DENIED: Mapping[str, Mapping[str, Any]] = {
    each["Sid"]: each for each in POLICY.json("policy")["Statement"] if each["Effect"] == "Deny"
}


def test_the_policy_is_where_its_own_document_says_it_is() -> None:
    assert f"policy{POLICY.inputs['path']}{POLICY.inputs['name']}" == ARN.partition("::123456789012:")[2]
    assert ARGS.arn == ARN


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
def test_a_role_is_made_and_widened_under_this_boundary_only(action: str) -> None:
    outside = DENIED["NoRoleOutside"]
    assert action in outside["Action"]
    assert outside["Condition"] == {"StringNotEquals": {"iam:PermissionsBoundary": ARN}}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:DeleteRolePermissionsBoundary", "*"),
        ("iam:CreateUser", "*"),
        ("iam:CreateAccessKey", "*"),
        ("iam:CreatePolicyVersion", ARN),
        ("iam:SetDefaultPolicyVersion", ARN),
    ],
)
def test_nobody_leaves_it_rewrites_it_or_lets_in_who_is_not_under_it(action: str, resource: str) -> None:
    (denial,) = [each for each in DENIED.values() if action in each["Action"]]
    assert denial["Resource"] == [resource]
    assert "Condition" not in denial


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_every_role_of_every_stack_stands_under_it(program: Callable[[Run], Graph], run: Run) -> None:
    graph = program(run)
    boundary = graph.one("aws:iam/policy:Policy", "boundary")
    roles = graph.of_type("aws:iam/role:Role")
    assert len(roles) > 8
    assert all(role.inputs["permissionsBoundary"] and graph.stands_on(role, boundary) for role in roles)

from collections.abc import Callable
from typing import Any

import pytest

from infra.blueprint import build
from infra.components.delivery import Delivery, DeliveryArgs
from infra.config import parse_settings
from infra.shared.arn import Account
from tests.infra.program import MANAGED, WHOLE_STACKS, Run, as_pulumi_hands_over, stack_values
from tests.infra.recorder import Graph, record, record_component

Program = Callable[[Run], Graph]
OWN_ROLES = {
    "aws:amp/scraper:Scraper": "scraper.aps.amazonaws.com",
    "aws:backup/plan:Plan": "backup.amazonaws.com",
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": "pullthroughcache.ecr.amazonaws.com",
    "aws:eks/cluster:Cluster": "eks.amazonaws.com",
    "aws:eks/nodeGroup:NodeGroup": "eks-nodegroup.amazonaws.com",
    "aws:elasticache/replicationGroup:ReplicationGroup": "elasticache.amazonaws.com",
    "aws:guardduty/detector:Detector": "guardduty.amazonaws.com",
    "aws:guardduty/detectorFeature:DetectorFeature": "malware-protection.guardduty.amazonaws.com",
    "aws:lb/loadBalancer:LoadBalancer": "elasticloadbalancing.amazonaws.com",
    "aws:msk/cluster:Cluster": "kafka.amazonaws.com",
    "aws:rds/instance:Instance": "rds.amazonaws.com",
    "aws:securityhub/account:Account": "securityhub.amazonaws.com",
}
"""Whose first resource makes the service's own role (each service's guide, `service-linked roles`)."""

OF_THE_RUNNER = "codebuild.amazonaws.com"
"""No shipped stack has the runner: it stands on a connection that a person has approved."""
BOUNDARY = "arn:aws:iam::123456789012:policy/fortress/boundary"
ARGS = DeliveryArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    repository="shop/fortress",
    deployment_environment="prod",
    state_bucket_name="fortress-state",
    state_key_alias="fortress-state",
    boundary_arn=BOUNDARY,
    stream_name="fortress-prod",
    lake_database_name="fortress_prod",
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


def test_tokens_that_name_the_repository_by_its_ids_are_taken_by_these() -> None:
    values = stack_values("dev")
    subject = "@123456/".join(values["delivery"]["repository"].split("/")) + "@456789"
    values["delivery"] = {**values["delivery"], "repository_subject": subject}
    settings = parse_settings(as_pulumi_hands_over(values))
    graph = record(lambda: (build(settings), None)[1])
    (statement,) = graph.one("aws:iam/role:Role", "delivery-apply").json("assumeRolePolicy")["Statement"]
    assert statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"] == [
        f"repo:{subject}:environment:dev"
    ]


def statements(policy: str) -> dict[str, Any]:
    document = GRAPH.one("aws:iam/rolePolicy:RolePolicy", policy).json("policy")
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_a_plan_reads_what_is_encrypted_too_and_locks_and_writes_nothing_else() -> None:
    attachment = GRAPH.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "delivery-plan")
    assert attachment.inputs["policyArn"] == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    plan = statements("delivery-plan-lock")
    assert plan["LockState"]["Resource"] == ["arn:aws:s3:::fortress-state/.pulumi/locks/*"]
    assert plan["ReadState"]["Action"] == ["kms:Decrypt", "kms:DescribeKey"]
    assert plan["ReadState"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/fortress-state"}
    }


def test_a_plan_looks_at_the_topics_and_the_tables_of_its_own_stack(program: Program) -> None:
    looking = statements("delivery-plan-lock")
    assert set(looking["LookAtTopics"]["Action"]) == {
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:DescribeTopicDynamicConfiguration",
    }
    assert looking["LookAtTables"]["Action"] == ["glue:GetPartitionIndexes"]
    assert [*looking["LookAtTopics"]["Resource"], *looking["LookAtTables"]["Resource"]] == [
        "arn:aws:kafka:eu-central-1:123456789012:cluster/fortress-prod/*",
        "arn:aws:kafka:eu-central-1:123456789012:topic/fortress-prod/*",
        "arn:aws:glue:eu-central-1:123456789012:catalog",
        "arn:aws:glue:eu-central-1:123456789012:database/fortress_prod",
        "arn:aws:glue:eu-central-1:123456789012:table/fortress_prod/*",
    ]
    for run in WHOLE_STACKS:
        graph = program(run)
        policy = graph.one("aws:iam/rolePolicy:RolePolicy", "delivery-plan-lock").json("policy")
        looks = [arn.rpartition(":")[2] for each in policy["Statement"] for arn in each["Resource"]]
        assert f"topic/{graph.one('aws:msk/cluster:Cluster').inputs['clusterName']}/*" in looks
        for table in graph.of_type("aws:glue/catalogTable:CatalogTable"):
            assert f"table/{table.inputs['databaseName']}/*" in looks


def test_an_apply_manages_the_platforms_own_roles_only() -> None:
    everything = statements("delivery-apply-roles") | statements("delivery-apply-trusts")
    assert everything.pop("NoOtherServicesOwnRoles")["Effect"] == "Deny"
    looking = {everything.pop("LookAtTheBoundary")["Resource"][0], everything.pop("LookAtTheProvider")["Resource"][0]}
    assert looking == {BOUNDARY, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
    assert {resource for each in everything.values() for resource in each["Resource"]} == {
        "arn:aws:iam::123456789012:role/fortress/*"
    }
    assert all(role.inputs["path"] == "/fortress/" for role in GRAPH.of_type("aws:iam/role:Role"))


def test_an_apply_widens_a_role_within_the_boundary_only_and_passes_it_to_known_services() -> None:
    apply = statements("delivery-apply-roles")
    widening = apply["WidenRolesWithinTheBoundary"]
    assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"} <= set(widening["Action"])
    assert widening["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}
    assert "ecr.amazonaws.com" in apply["PassRoles"]["Condition"]["StringEquals"]["iam:PassedToService"]


def test_an_apply_lets_no_service_make_a_role_but_those_that_the_stacks_use(program: Program) -> None:
    denial = statements("delivery-apply-roles")["NoOtherServicesOwnRoles"]
    assert denial["Action"] == ["iam:CreateServiceLinkedRole"]
    assert denial["Resource"] == ["arn:aws:iam::123456789012:role/aws-service-role/*"]
    ((operator, test),) = denial["Condition"].items()
    assert operator == "StringNotEquals"
    used = {resource.type for run in (*WHOLE_STACKS, MANAGED) for resource in program(run)}
    assert set(test["iam:AWSServiceName"]) == {service for type_, service in OWN_ROLES.items() if type_ in used}


def test_an_apply_passes_roles_to_every_service_that_takes_one_and_to_no_other(program: Program) -> None:
    passing = statements("delivery-apply-roles")["PassRoles"]["Condition"]["StringEquals"]["iam:PassedToService"]
    roles = [role for run in (*WHOLE_STACKS, MANAGED) for role in program(run).of_type("aws:iam/role:Role")]
    trusts = [statement for role in roles for statement in role.json("assumeRolePolicy")["Statement"]]
    taking = {service for trust in trusts for service in trust["Principal"].get("Service", ())}
    assert set(passing) == taking | {OF_THE_RUNNER}

from typing import Any

import pytest

from infra.shared.arn import Account
from infra.shared.key_policy import KEY_USES, KeyDomain, key_policy
from tests.infra.outputs import document_of

ACCOUNT = Account(account_id="123456789012", region="eu-central-1")
ROOT = "arn:aws:iam::123456789012:root"


def statements(domain: KeyDomain) -> dict[str, dict[str, Any]]:
    document = document_of(lambda: key_policy(domain, ACCOUNT))
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_every_domain_has_its_users() -> None:
    assert set(KEY_USES) == set(KeyDomain)


@pytest.mark.parametrize("domain", KeyDomain)
def test_the_account_can_always_change_the_policy_back(domain: KeyDomain) -> None:
    administration = statements(domain)["AccountAdministersKey"]
    assert administration["Principal"] == {"AWS": [ROOT]}
    assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} <= set(administration["Action"])
    assert "kms:Decrypt" not in administration["Action"]


@pytest.mark.parametrize("domain", sorted(set(KeyDomain) - {KeyDomain.CLUSTER}))
def test_whoever_decrypts_does_so_through_a_service_or_for_this_account(domain: KeyDomain) -> None:
    for statement in statements(domain).values():
        if "kms:Decrypt" in statement["Action"]:
            assert statement["Condition"], statement["Sid"]


@pytest.mark.parametrize("domain", KeyDomain)
def test_nothing_is_said_about_other_accounts(domain: KeyDomain) -> None:
    for statement in statements(domain).values():
        if statement["Principal"] == "*":
            assert statement["Condition"]["StringEquals"]["kms:CallerAccount"] == "123456789012"
        else:
            assert statement["Principal"].get("AWS", [ROOT]) == [ROOT]


def test_nodes_start_from_volumes_that_only_auto_scalings_own_role_and_ec2_may_open() -> None:
    role = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    said = statements(KeyDomain.NODES)
    assert said["AccountUsesKeyThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"] == [
        "ec2.eu-central-1.amazonaws.com"
    ]
    assert {sid for sid, statement in said.items() if statement["Principal"] == "*"} == {
        "AutoScalingTakesGrants",
        "AutoScalingUsesKey",
    }
    for sid in ("AutoScalingTakesGrants", "AutoScalingUsesKey"):
        assert said[sid]["Condition"]["ArnEquals"] == {"aws:PrincipalArn": role}
    assert said["AutoScalingTakesGrants"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


@pytest.mark.parametrize(
    ("domain", "services"),
    [
        (KeyDomain.DATABASE, ["rds.eu-central-1.amazonaws.com", "secretsmanager.eu-central-1.amazonaws.com"]),
        (KeyDomain.CACHE, ["elasticache.eu-central-1.amazonaws.com"]),
        (KeyDomain.STREAM, ["kafka.eu-central-1.amazonaws.com"]),
        (KeyDomain.REGISTRY, ["ecr.eu-central-1.amazonaws.com"]),
    ],
)
def test_a_store_uses_its_own_key_and_may_take_grants_for_its_resources(domain: KeyDomain, services: list[str]) -> None:
    said = statements(domain)
    through = {"kms:ViaService": services, "kms:CallerAccount": "123456789012"}
    assert said["AccountUsesKeyThroughServices"]["Condition"] == {"StringEquals": through}
    assert said["ServicesTakeGrants"]["Condition"] == {
        "StringEquals": through,
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }


def test_logs_use_their_key_for_log_groups_of_this_account_only() -> None:
    logs = statements(KeyDomain.TELEMETRY)["LogsUseKey"]
    assert logs["Principal"] == {"Service": ["logs.eu-central-1.amazonaws.com"]}
    assert logs["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*",
        }
    }


def test_alarms_may_publish_to_an_encrypted_topic() -> None:
    alarms = statements(KeyDomain.ALERTS)["ServicesUseKey"]
    assert alarms["Principal"] == {"Service": ["aps.amazonaws.com", "cloudwatch.amazonaws.com"]}
    assert alarms["Action"] == ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]


def test_the_cluster_takes_grants_without_the_condition_that_eks_refuses() -> None:
    use = statements(KeyDomain.CLUSTER)["AccountUsesKey"]
    assert "kms:CreateGrant" in use["Action"]
    assert "Condition" not in use

import pytest

from infra.shared.arn import Account

FRANKFURT = Account(account_id="123456789012", region="eu-central-1")


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")],
)
def test_a_region_is_in_its_partition(region: str, partition: str) -> None:
    account = Account(account_id="123456789012", region=region)
    assert account.partition == partition
    assert account.root_arn == f"arn:{partition}:iam::123456789012:root"


def test_regional_resources_carry_region_and_account() -> None:
    assert FRANKFURT.arn("logs", "log-group:*") == "arn:aws:logs:eu-central-1:123456789012:log-group:*"


def test_policies_that_aws_manages_belong_to_no_account() -> None:
    assert FRANKFURT.managed_policy_arn("ReadOnlyAccess") == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert FRANKFURT.cluster_access_policy_arn("AmazonEKSViewPolicy") == (
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
    )

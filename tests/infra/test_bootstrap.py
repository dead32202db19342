"""Over moto: what stands after a run, what a second one changes, and what is refused before anything is made."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.bootstrap import BootstrapError, StatePlace, bootstrap, main, next_steps, place_of, settings_of
from infra.shared.arn import Account

LOCAL_ACCOUNT = "123456789012"
DEV_ACCOUNT = settings_of("dev").account_id
PLACE = StatePlace(
    stack="dev",
    account=Account(account_id=LOCAL_ACCOUNT, region="eu-central-1"),
    bucket_name="fortress-dev-state",
    key_alias="fortress-state",
    tags={"Project": "fortress"},
)
OWNED = {"Bucket": PLACE.bucket_name}


@pytest.fixture
def session() -> Iterator[Any]:
    with mock_aws():
        yield boto3.Session(region_name=PLACE.account.region)


def test_the_state_is_versioned_encrypted_by_its_key_and_open_to_nobody(session: Any) -> None:
    list(bootstrap(PLACE, session))
    s3, key = session.client("s3"), session.client("kms").describe_key(KeyId="alias/fortress-state")["KeyMetadata"]
    assert s3.get_bucket_versioning(**OWNED)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(**OWNED)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    assert set(s3.get_public_access_block(**OWNED)["PublicAccessBlockConfiguration"].values()) == {True}
    assert {each["Key"] for each in s3.get_bucket_tagging(**OWNED)["TagSet"]} == {"Project"}


def test_nobody_reads_the_state_over_plain_http(session: Any) -> None:
    list(bootstrap(PLACE, session))
    (statement,) = json.loads(session.client("s3").get_bucket_policy(**OWNED)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["arn:aws:s3:::fortress-dev-state", "arn:aws:s3:::fortress-dev-state/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_former_states_stay_for_a_while_and_the_present_one_for_ever(session: Any) -> None:
    list(bootstrap(PLACE, session))
    (rule,) = session.client("s3").get_bucket_lifecycle_configuration(**OWNED)["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert "Expiration" not in rule


def test_the_key_rotates(session: Any) -> None:
    list(bootstrap(PLACE, session))
    kms = session.client("kms")
    key_id = kms.describe_key(KeyId="alias/fortress-state")["KeyMetadata"]["KeyId"]
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"] is True


def test_a_second_run_changes_nothing(session: Any) -> None:
    assert len(list(bootstrap(PLACE, session))) == 9
    assert list(bootstrap(PLACE, session)) == []
    assert len(session.client("kms").list_keys()["Keys"]) == 1


def test_what_somebody_changed_is_set_back_and_nothing_else(session: Any) -> None:
    list(bootstrap(PLACE, session))
    session.client("s3").put_bucket_versioning(**OWNED, VersioningConfiguration={"Status": "Suspended"})
    session.client("s3").delete_bucket_policy(**OWNED)
    assert list(bootstrap(PLACE, session)) == ["set versions: kept", "set access: over TLS only"]


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_bucket_and_key_are_in_the_region_of_the_stack(region: str) -> None:
    place = replace(PLACE, account=replace(PLACE.account, region=region))
    with mock_aws():
        session = boto3.Session(region_name=region)
        list(bootstrap(place, session))
        assert session.client("s3").head_bucket(**OWNED)["BucketRegion"] == region
        assert f":{region}:" in session.client("kms").describe_key(KeyId="alias/fortress-state")["KeyMetadata"]["Arn"]


def test_another_account_is_refused_by_both_ids_before_anything_is_made(session: Any) -> None:
    place = replace(PLACE, account=replace(PLACE.account, account_id="111111111111"))
    with pytest.raises(BootstrapError, match=f"account {LOCAL_ACCOUNT}; stack dev is of account 111111111111"):
        list(bootstrap(place, session))
    assert session.client("s3").list_buckets()["Buckets"] == []
    assert session.client("kms").list_keys()["Keys"] == []


def test_a_bucket_in_another_region_is_refused(session: Any) -> None:
    session.client("s3").create_bucket(**OWNED, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    place = replace(PLACE, account=replace(PLACE.account, region="eu-west-1"))
    with pytest.raises(BootstrapError, match="is in eu-central-1; stack dev is in eu-west-1"):
        list(bootstrap(place, boto3.Session(region_name="eu-west-1")))


def test_a_key_on_its_way_out_is_refused(session: Any) -> None:
    list(bootstrap(PLACE, session))
    kms = session.client("kms")
    key_id = kms.describe_key(KeyId="alias/fortress-state")["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    with pytest.raises(BootstrapError, match="is PendingDeletion; allowed is Enabled"):
        list(bootstrap(PLACE, session))


def test_a_key_that_gets_no_name_is_not_left_behind(session: Any) -> None:
    place = replace(PLACE, key_alias="fortress:state")
    with pytest.raises(ClientError):
        list(bootstrap(place, session))
    kms = session.client("kms")
    states = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]]
    assert states == ["PendingDeletion"]


@pytest.mark.usefixtures("session")
def test_what_is_typed_next_names_the_bucket_and_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local"]) == 0
    first = capsys.readouterr().out
    assert main(["local"]) == 0
    second = capsys.readouterr().out
    assert first.startswith("made the key alias/fortress-state\nmade the bucket fortress-local-state in eu-central-1\n")
    assert second.startswith("nothing to change\n")
    assert "pulumi login 's3://fortress-local-state?region=eu-central-1'" in second
    assert "pulumi stack init local --secrets-provider 'awskms://alias/fortress-state?region=eu-central-1'" in second


@pytest.mark.parametrize(
    ("stack", "told"),
    [
        ("dev", f"error: these credentials are of account {LOCAL_ACCOUNT}; stack dev is of account {DEV_ACCOUNT}"),
        ("staging", "error: there is no stack 'staging'; allowed are dev, local, prod"),
    ],
)
@pytest.mark.usefixtures("session")
def test_what_stands_in_the_way_is_told(stack: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([stack]) == 1
    assert told in capsys.readouterr().err


def test_the_place_is_the_one_that_the_programs_own_roles_may_reach() -> None:
    settings = settings_of("prod")
    place = place_of("prod", settings)
    assert (place.bucket_name, place.key_alias) == (
        settings.delivery.state_bucket_name,
        settings.delivery.state_key_alias,
    )
    assert place.account == Account(account_id=settings.account_id, region=settings.region)
    assert place.tags["Environment"] == "prod"
    assert "s3://fortress-prod-state" in next_steps(place)

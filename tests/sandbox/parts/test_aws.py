"""The real embedded AWS."""

from __future__ import annotations

import stat
from collections.abc import Callable

import pytest

from sandbox.parts.part import Part
from sandbox.parts.registry import Parts
from tests.sandbox.parts.aws_resources import Account

pytestmark = pytest.mark.parts


@pytest.fixture
def aws(parts: Parts, free_port: int) -> Part:
    return parts.create("aws", "aws", preferred_port=free_port)


def account(part: Part) -> Account:
    return Account(f"http://{part.record.host}:{part.record.port}")


def test_every_id_arn_and_secret_is_the_same_after_a_kill(
    parts: Parts, aws: Part, kill: Callable[[Part], None], listening: Callable[[Part], set[str]]
) -> None:
    assert listening(aws) == {"127.0.0.1"}
    account(aws).client("ec2").describe_vpcs()
    account(aws).make()
    before = account(aws).identifiers()
    kill(aws)
    parts.start_all()
    assert account(aws).identifiers() == before


def test_ids_made_after_a_replay_are_new(parts: Parts, aws: Part, kill: Callable[[Part], None]) -> None:
    first = account(aws).client("kms").create_key()["KeyMetadata"]["KeyId"]
    kill(aws)
    parts.start_all()
    assert account(aws).client("kms").create_key()["KeyMetadata"]["KeyId"] != first


def test_what_a_key_encrypted_is_decrypted_after_a_kill(parts: Parts, aws: Part, kill: Callable[[Part], None]) -> None:
    key = account(aws).client("kms").create_key()["KeyMetadata"]["KeyId"]
    sealed = account(aws).client("kms").encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    kill(aws)
    parts.start_all()
    assert account(aws).client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"


def test_a_line_cut_short_by_a_kill_is_dropped(parts: Parts, aws: Part, kill: Callable[[Part], None]) -> None:
    topics = account(aws).client("sns")
    kept = topics.create_topic(Name="kept")["TopicArn"]
    topics.create_topic(Name="lost")
    kill(aws)
    journal = aws.data / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    parts.start_all()
    again = account(aws).client("sns")
    assert [topic["TopicArn"] for topic in again.list_topics()["Topics"]] == [kept]
    again.create_topic(Name="later")
    kill(aws)
    parts.start_all()
    assert len(account(aws).client("sns").list_topics()["Topics"]) == 2


def test_reads_are_not_written_down_and_nobody_else_may_read_the_journal(aws: Part) -> None:
    account(aws).client("sns").create_topic(Name="one")
    journal = aws.data / "journal.jsonl"
    size = journal.stat().st_size
    account(aws).client("sns").list_topics()
    account(aws).client("ec2").describe_vpcs()
    account(aws).client("iam").list_roles()
    assert journal.stat().st_size == size
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600

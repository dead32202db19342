"""`python -m infra.bootstrap dev` makes what the program cannot hold itself: the bucket of its state, and the key.

Each thing is looked at first and set only where it differs, so a second run changes nothing. Nothing is ever deleted.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.config import PROJECT, ConfigurationError, parse_settings
from infra.settings import Settings
from infra.shared.arn import Account
from infra.shared.iam import DOCUMENT_VERSION
from infra.shared.tags import Tags
from infra.stack_files import own_values, stacks

_FORMER_STATES_KEPT_DAYS = 90
_PLAIN_REGION = "us-east-1"
"""S3 takes no location for its first region."""
_NOT_THERE = frozenset(
    {
        "404",
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "NotFoundException",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


class BootstrapError(Exception):
    """What stands in the way: what was found, and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class StatePlace:
    """Where a stack's state is to be."""

    stack: str
    account: Account
    bucket_name: str
    key_alias: str
    """Without `alias/`."""
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Setting:
    name: str
    wanted: Any
    read: Callable[[], Any]
    write: Callable[[], object]


def place_of(stack: str, settings: Settings) -> StatePlace:
    """The place that a stack's settings ask for."""
    tags = Tags(
        project=PROJECT,
        environment=settings.environment,
        owner=settings.owner,
        cost_center=settings.cost_center,
    )
    return StatePlace(
        stack=stack,
        account=Account(account_id=settings.account_id, region=settings.region),
        bucket_name=settings.delivery.state_bucket_name,
        key_alias=settings.delivery.state_key_alias,
        tags={**tags.as_dict(), "ManagedBy": "bootstrap"},
    )


def bootstrap(place: StatePlace, session: Any) -> Iterator[str]:
    """Makes the place in the session's account and region; yields a sentence for each thing that it changed.

    Raises BootstrapError where the account is another one, or where the key or the bucket cannot be the stack's.
    """
    refuse_another_account(place, session)
    kms, s3 = session.client("kms"), session.client("s3")
    key = _found(kms.describe_key, KeyId=f"alias/{place.key_alias}")
    if key is None:
        key = _make_key(place, kms)
        yield f"made the key alias/{place.key_alias}"
    metadata = key["KeyMetadata"]
    if metadata["KeyState"] != "Enabled":
        raise BootstrapError(f"the key alias/{place.key_alias} is {metadata['KeyState']}; allowed is Enabled")
    if _make_bucket(place, s3):
        yield f"made the bucket {place.bucket_name} in {place.account.region}"
    for setting in (_rotation(kms, metadata["KeyId"]), *_bucket_settings(place, s3, metadata["Arn"])):
        if setting.read() != setting.wanted:
            setting.write()
            yield f"set {setting.name}"


def next_steps(place: StatePlace) -> str:
    """What is typed next."""
    region = place.account.region
    return (
        f"next:\n  pulumi login 's3://{place.bucket_name}?region={region}'\n"
        f"  pulumi stack init {place.stack} --secrets-provider 'awskms://alias/{place.key_alias}?region={region}'"
    )


def refuse_another_account(place: StatePlace, session: Any) -> None:
    """Raises BootstrapError where the session is not of the stack's account."""
    given = session.client("sts").get_caller_identity()["Account"]
    if given != place.account.account_id:
        raise BootstrapError(
            f"these credentials are of account {given}; stack {place.stack} is of account {place.account.account_id}"
        )


def _make_key(place: StatePlace, kms: Any) -> Any:
    tags = [{"TagKey": name, "TagValue": value} for name, value in place.tags.items()]
    key = kms.create_key(Description=f"Encrypts the state of stack {place.stack}", Tags=tags)
    key_id = key["KeyMetadata"]["KeyId"]
    try:
        kms.create_alias(AliasName=f"alias/{place.key_alias}", TargetKeyId=key_id)
    except ClientError:
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
        raise
    return key


def _make_bucket(place: StatePlace, s3: Any) -> bool:
    region = place.account.region
    head = _found(s3.head_bucket, Bucket=place.bucket_name, ExpectedBucketOwner=place.account.account_id)
    if head is None:
        location = {} if region == _PLAIN_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=place.bucket_name, ObjectOwnership="BucketOwnerEnforced", **location)
        return True
    if (given := head["BucketRegion"]) != region:
        raise BootstrapError(f"the bucket {place.bucket_name} is in {given}; stack {place.stack} is in {region}")
    return False


def _rotation(kms: Any, key_id: str) -> _Setting:
    return _Setting(
        name="the key's rotation",
        wanted=True,
        read=lambda: kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"],
        write=lambda: kms.enable_key_rotation(KeyId=key_id),
    )


def _bucket_settings(place: StatePlace, s3: Any, key_arn: str) -> Iterator[_Setting]:
    owned = {"Bucket": place.bucket_name, "ExpectedBucketOwner": place.account.account_id}

    def setting(name: str, wanted: Any, read: Callable[..., Any], seen: Callable[[Any], Any], write: Any) -> _Setting:
        def current() -> Any:
            answer = _found(read, **owned)
            return None if answer is None else seen(answer)

        return _Setting(name=name, wanted=wanted, read=current, write=lambda: write(wanted))

    yield setting(
        "public access: blocked",
        dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True),
        s3.get_public_access_block,
        lambda answer: answer["PublicAccessBlockConfiguration"],
        lambda wanted: s3.put_public_access_block(**owned, PublicAccessBlockConfiguration=wanted),
    )
    yield setting(
        "versions: kept",
        "Enabled",
        s3.get_bucket_versioning,
        lambda answer: answer.get("Status"),
        lambda wanted: s3.put_bucket_versioning(**owned, VersioningConfiguration={"Status": wanted}),
    )
    yield setting(
        "encryption: by the key",
        ("aws:kms", key_arn),
        s3.get_bucket_encryption,
        _encryption,
        lambda wanted: s3.put_bucket_encryption(**owned, ServerSideEncryptionConfiguration=_by_key(*wanted)),
    )
    yield setting(
        "access: over TLS only",
        _only_over_tls(place),
        s3.get_bucket_policy,
        lambda answer: json.loads(answer["Policy"]),
        lambda wanted: s3.put_bucket_policy(**owned, Policy=json.dumps(wanted)),
    )
    yield setting(
        f"former states: deleted after {_FORMER_STATES_KEPT_DAYS} days",
        [_lifecycle()],
        s3.get_bucket_lifecycle_configuration,
        lambda answer: answer["Rules"],
        lambda wanted: s3.put_bucket_lifecycle_configuration(**owned, LifecycleConfiguration={"Rules": wanted}),
    )
    yield setting(
        "the bucket's tags",
        dict(place.tags),
        s3.get_bucket_tagging,
        lambda answer: {tag["Key"]: tag["Value"] for tag in answer["TagSet"]},
        lambda wanted: s3.put_bucket_tagging(
            **owned, Tagging={"TagSet": [{"Key": name, "Value": value} for name, value in wanted.items()]}
        ),
    )


def _encryption(answer: Any) -> tuple[str, str | None]:
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    return default["SSEAlgorithm"], default.get("KMSMasterKeyID")


def _by_key(algorithm: str, key_arn: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": algorithm, "KMSMasterKeyID": key_arn}
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]}


def _only_over_tls(place: StatePlace) -> dict[str, Any]:
    bucket_arn = f"arn:{place.account.partition}:s3:::{place.bucket_name}"
    statement = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": DOCUMENT_VERSION, "Statement": [statement]}


def _lifecycle() -> dict[str, Any]:
    return {
        "ID": "former-states",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": _FORMER_STATES_KEPT_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }


def _found(read: Callable[..., Any], **request: Any) -> Any:
    """The answer; None where AWS says that there is nothing of the kind."""
    try:
        return read(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return None
        raise


def settings_of(stack: str) -> Settings:
    """The settings in the stack's file. Raises BootstrapError where there is none, ConfigurationError where wrong."""
    if stack not in (known := stacks()):
        raise BootstrapError(f"there is no stack {stack!r}; allowed are {', '.join(known)}")
    own = own_values(stack)
    return parse_settings({key: each if isinstance(each, str) else json.dumps(each) for key, each in own.items()})


def main(arguments: list[str]) -> int:
    """Makes a stack's place and says what is next; 1 where that cannot be, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m infra.bootstrap")
    parser.add_argument("stack")
    stack = parser.parse_args(arguments).stack
    try:
        place = place_of(stack, settings_of(stack))
        sentences = bootstrap(place, boto3.Session(region_name=place.account.region))
        for sentence in chain([next(sentences, "nothing to change")], sentences):
            print(sentence)
    except (BootstrapError, ConfigurationError, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(next_steps(place))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

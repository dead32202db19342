"""Buckets and their settings, each a resource of its own."""

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Autoname, Call, Row
from sandbox.providers.aws.session import Aws
from sandbox.providers.properties import Properties


def _setting(put: Call, get: Call | str, *delete: Call | str) -> Row:
    return Row(create=put, keys={"Bucket": "bucket"}, describe=get, update=(put,), delete=delete)


def _put(operation: str, into: str = "", **members: str) -> Call:
    return Call(operation=operation, into=into, members={name.replace("__", "."): at for name, at in members.items()})


def _emptied(aws: Aws, document: Properties) -> None:
    """Takes out every version of every object, where the program says that they may go."""
    if document.get("forceDestroy"):
        s3 = aws.client("s3", document["region"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=document["bucket"]):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=document["bucket"], Key=each["Key"], VersionId=each["VersionId"])


SERVICE = "s3"
HANDLERS = {
    "aws:s3/bucket:Bucket": Row(
        create=Call(
            operation="create_bucket",
            members={
                "CreateBucketConfiguration.LocationConstraint": "region",
                "ObjectLockEnabledForBucket": "objectLockEnabled",
            },
        ),
        keys={"Bucket": "bucket"},
        describe=Call(operation="head_bucket", found="ResponseMetadata"),
        outputs={
            "arn": Text("arn:{partition}:s3:::{bucket}"),
            "bucketDomainName": Text("{bucket}.s3.amazonaws.com"),
            "bucketRegionalDomainName": Text("{bucket}.s3.{region}.amazonaws.com"),
            "bucketRegion": "region",
        },
        local="forceDestroy",
        emptied=_emptied,
        autoname=Autoname(property="bucket", max_length=63, lower=True),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _setting(
        _put("put_public_access_block", "PublicAccessBlockConfiguration"),
        "get_public_access_block",
        "delete_public_access_block",
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _setting(
        _put("put_bucket_policy"), Call(operation="get_bucket_policy", found="{Text: Policy}"), "delete_bucket_policy"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _setting(
        _put("put_bucket_encryption", ServerSideEncryptionConfiguration__Rules="rules"),
        "get_bucket_encryption",
        "delete_bucket_encryption",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _setting(
        _put("put_bucket_versioning"),
        Call(operation="get_bucket_versioning", found="Status != 'Suspended' && {State: Status}"),
        _put("put_bucket_versioning", VersioningConfiguration__Status="'Suspended'"),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _setting(
        _put("put_bucket_lifecycle_configuration", LifecycleConfiguration__Rules="rules"),
        "get_bucket_lifecycle_configuration",
        "delete_bucket_lifecycle",
    ),
    "aws:s3/bucketLogging:BucketLogging": _setting(
        _put(
            "put_bucket_logging",
            BucketLoggingStatus__LoggingEnabled__TargetBucket="targetBucket",
            BucketLoggingStatus__LoggingEnabled__TargetPrefix="targetPrefix",
        ),
        "get_bucket_logging",
        _put("put_bucket_logging", BucketLoggingStatus="`{}`"),
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _setting(
        _put("put_bucket_ownership_controls", OwnershipControls__Rules="[rule]"),
        "get_bucket_ownership_controls",
        "delete_bucket_ownership_controls",
    ),
}

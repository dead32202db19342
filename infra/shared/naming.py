"""Physical names where AWS needs a fixed one, cut to AWS's limits without losing what tells two names apart."""

import hashlib
from enum import IntEnum

_DIGEST_LENGTH = 7


class NameLimit(IntEnum):
    """The longest name of each kind, in characters, as botocore's service models state it."""

    LOAD_BALANCER = 32
    TARGET_GROUP = 32
    NODE_GROUP_PREFIX = 36
    """Of 63, which is EKS's own limit: 26 are the provider's and one stands between."""
    ELASTICACHE_REPLICATION_GROUP = 40
    ELASTICACHE_USER = 40
    RDS_INSTANCE = 63
    S3_BUCKET = 63
    COGNITO_DOMAIN = 63
    IAM_ROLE = 64
    MSK_CLUSTER = 64
    FIREHOSE_STREAM = 64
    SCHEDULE_GROUP = 64
    EKS_CLUSTER = 100
    IAM_POLICY = 128
    TRAIL = 128
    ATHENA_WORKGROUP = 128
    CODEBUILD_PROJECT = 150
    GLUE_DATABASE = 255
    DASHBOARD = 255
    ECR_REPOSITORY = 256
    LOG_GROUP = 512


def content_name(prefix: str, content: str) -> str:
    """A name that changes with what it names: pods that refer to it start anew, those of before keep theirs."""
    return f"{prefix}-{_digest(content)}"


def physical_name(*parts: str, limit: NameLimit) -> str:
    """Join the parts with hyphens; a name over the limit keeps its beginning and ends in a digest of the whole.

    Raises ValueError for an empty part.
    """
    if not parts or not all(parts):
        raise ValueError(f"a name needs non-empty parts, given {parts}")
    name = "-".join(parts).lower()
    if len(name) <= limit:
        return name
    return f"{name[: limit - _DIGEST_LENGTH - 1].rstrip('-')}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]

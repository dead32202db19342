"""S3-03: no bucket is given to everybody or to an account that is not listed."""

import re

from policies.controls import PUBLIC_ACCESS, controls, security_hub
from policies.document import Statement, admits_everybody, allows, each_statement, principals
from policies.rule import NOT_APPLICABLE, Parameter, Parameters, Rule, Severity, Verdict, require
from policies.tokens import BUCKET_POLICY
from policies.values import Properties, known, read, shown

_ACCOUNT = re.compile(r"(?:^|arn:[\w-]+:(?:iam|sts)::)(\d{12})(?::|$)")
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read", "website")


def closed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not admit everybody."""
    return require(not admits_everybody(statement), "policy admits everybody")


def own_accounts(statement: Statement, parameters: Parameters) -> Verdict:
    """Accounts that are named are listed; none listed means any account is taken as our own."""
    if not allows(statement) or not parameters["accounts"]:
        return NOT_APPLICABLE
    named = [_ACCOUNT.search(known(principal)) for principal in principals(statement, "AWS")]
    foreign = [match[1] for match in named if match and match[1] not in parameters["accounts"]]
    return require(not foreign, f"policy admits account {shown(foreign)}, which is not listed")


def private(acl: Properties, _: Parameters) -> Verdict:
    """A canned ACL does not name everybody."""
    return require(read(acl, "acl") not in _PUBLIC_ACLS, f"acl is {shown(read(acl, 'acl'))}, must be private")


RULE = Rule(
    id="S3-03",
    severity=Severity.CRITICAL,
    title="No bucket is given to everybody or to an account that is not listed",
    rationale="A grant to another account is a copy of the data out of reach.",
    fix="Remove the statement or ACL, or add the account to the parameter `accounts`.",
    types=(
        BUCKET_POLICY,
        "aws:s3/bucketAcl:BucketAcl",
    ),
    controls=controls(PUBLIC_ACCESS, hub=("S3.2", "S3.3", "S3.6")),
    link=security_hub("S3.2"),
    parameters={"accounts": Parameter(default=(), description="Accounts that may be named; empty checks none.")},
    checks=(
        each_statement("policy", closed),
        each_statement("policy", own_accounts),
        private,
    ),
)

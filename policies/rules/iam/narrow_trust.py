"""IAM-05: roles trust named principals under conditions."""

from policies.controls import AUTHENTICATION, LEAST_PRIVILEGE, controls
from policies.document import Statement, admits_everybody, allows, compared_with, conditions, each_statement, principals
from policies.rule import NOT_APPLICABLE, Parameter, Parameters, Rule, Severity, Verdict, require
from policies.tokens import IAM_ROLE
from policies.values import every, shown, some


def nobody_unnamed(statement: Statement, _: Parameters) -> Verdict:
    """A statement does not trust everybody."""
    return require(not admits_everybody(statement), "assumeRolePolicy trusts every AWS account")


def federated_by_subject(statement: Statement, _: Parameters) -> Verdict:
    """Tokens of an identity provider are taken for one audience and one subject."""
    if not allows(statement) or not principals(statement, "Federated"):
        return NOT_APPLICABLE
    subjects, audiences = compared_with(statement, ":sub"), compared_with(statement, ":aud")
    trusted = f"a federated principal is trusted with aud {shown(audiences)} and sub {shown(subjects)}"
    return require(bool(subjects and audiences) and not some(subjects, _is_anybody), trusted)


def _is_anybody(subject: str) -> bool:
    return subject.removeprefix("repo:").startswith("*")


def on_behalf_of_this_account(statement: Statement, parameters: Parameters) -> Verdict:
    """A service is trusted only when it acts for this account or one of its resources."""
    services = principals(statement, "Service") if allows(statement) else []
    if every(services, lambda service: service in parameters["services_without_source"]):
        return NOT_APPLICABLE
    sourced = {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid"} & set(conditions(statement))
    return require(bool(sourced), f"{shown(services)} is trusted on behalf of any account")


RULE = Rule(
    id="IAM-05",
    severity=Severity.CRITICAL,
    title="Roles trust named principals under conditions",
    rationale="A role that trusts too many is taken by the one who should not have it.",
    fix=(
        "Set the principal, and for federation StringEquals on `aud` and `sub`, for services "
        "aws:SourceAccount or aws:SourceArn."
    ),
    types=(IAM_ROLE,),
    controls=controls(LEAST_PRIVILEGE, AUTHENTICATION),
    link="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    parameters={
        "services_without_source": Parameter(
            default=("ec2.amazonaws.com", "ecr.amazonaws.com", "eks.amazonaws.com"),
            description="Services that send no source with their calls.",
        )
    },
    checks=(
        each_statement("assumeRolePolicy", nobody_unnamed),
        each_statement("assumeRolePolicy", federated_by_subject),
        each_statement("assumeRolePolicy", on_behalf_of_this_account),
    ),
)

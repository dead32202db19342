"""Good and bad keys, policies, roles and secrets."""

from typing import Any

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_KEY_TYPE = "aws:kms/key:Key"
_ROLE_TYPE = "aws:iam/role:Role"
_POLICY_TYPE = "aws:iam/policy:Policy"
_ACCOUNT = "arn:aws:iam::123456789012:root"


def _policy(**statement: Any) -> dict[str, Any]:
    return {"policy": {"Statement": [{"Effect": "Allow", **statement}]}}


def _trust(**statement: Any) -> dict[str, Any]:
    return {"assumeRolePolicy": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement}]}}


_READ = _policy(Action=["s3:GetObject"], Resource=["arn:aws:s3:::orders/*"])
_STATEMENT = "policy.Statement.0"
_OIDC = {"StringEquals": {"issuer:aud": "sts.amazonaws.com", "issuer:sub": "repo:org/name:environment:prod"}}
_OPEN_TO_ALL = {"policy.Statement.0.Principal": "*"}
_OPEN_TO_ACCOUNT = _policy(Action=["service:Read"], Resource="*", Principal={"AWS": [_ACCOUNT]})

CASES = [
    Case(
        rule="KMS-01",
        type=_KEY_TYPE,
        good={"enableKeyRotation": True, "rotationPeriodInDays": 180.0},
        bad={
            "never": {"enableKeyRotation": REMOVED},
            "never, of a kind that can": {
                "enableKeyRotation": False,
                "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            },
            "late": {"rotationPeriodInDays": 366.0},
        },
        also_good={
            "an asymmetric key": {"enableKeyRotation": False, "customerMasterKeySpec": "RSA_2048"},
            "each year": {"rotationPeriodInDays": 365.0},
        },
    ),
    Case(
        rule="KMS-02",
        type=_KEY_TYPE,
        good=_policy(Action=["kms:Decrypt"], Resource="*", Principal={"AWS": [_ACCOUNT]}),
        bad={
            "none": {"policy": REMOVED},
            "everybody": {f"{_STATEMENT}.Principal": "*"},
            "everybody in the longer form": {f"{_STATEMENT}.Principal": {"AWS": ["*"]}},
            "everybody but some": {f"{_STATEMENT}.Principal": REMOVED, f"{_STATEMENT}.NotPrincipal": {"AWS": "x"}},
            "everybody through a service": {
                f"{_STATEMENT}.Principal": "*",
                f"{_STATEMENT}.Condition": {"StringEquals": {"kms:ViaService": "rds.amazonaws.com"}},
            },
        },
        also_good={
            "of this account": {
                f"{_STATEMENT}.Principal": "*",
                f"{_STATEMENT}.Condition": {"StringEquals": {"kms:CallerAccount": "123456789012"}},
            },
            "as text": {"policy": '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "x"}, "Action": "kms:*"}}'},
        },
    ),
    Case(
        rule="KMS-03",
        type=_KEY_TYPE,
        good={"deletionWindowInDays": 30.0},
        bad={"a week": {"deletionWindowInDays": 7.0}, "no safety": {"bypassPolicyLockoutSafetyCheck": True}},
        also_good={"left to AWS": {"deletionWindowInDays": REMOVED}},
    ),
    Case(
        rule="IAM-01",
        type=_POLICY_TYPE,
        good=_READ,
        bad={
            "everything": {f"{_STATEMENT}.Action": "*", f"{_STATEMENT}.Resource": "*"},
            "everything but one resource": {
                f"{_STATEMENT}.Action": ["*"],
                f"{_STATEMENT}.Resource": REMOVED,
                f"{_STATEMENT}.NotResource": "arn:aws:s3:::audit",
            },
        },
        also_good={"denied": {f"{_STATEMENT}.Effect": "Deny", f"{_STATEMENT}.Action": "*"}},
    ),
    Case(
        rule="IAM-02",
        type="aws:iam/rolePolicy:RolePolicy",
        good=_READ,
        bad={
            "every service": {f"{_STATEMENT}.Action": ["*"], f"{_STATEMENT}.Resource": ["arn:aws:s3:::x/*"]},
            "a service": {f"{_STATEMENT}.Action": ["s3:GetObject", "dynamodb:*"]},
            "all but some": {f"{_STATEMENT}.Action": REMOVED, f"{_STATEMENT}.NotAction": ["iam:*"]},
        },
    ),
    Case(
        rule="IAM-03",
        type=_POLICY_TYPE,
        good=_policy(Action=["iam:PassRole"], Resource=["arn:aws:iam::123456789012:role/api"]),
        bad={
            "any role": {f"{_STATEMENT}.Resource": "*"},
            "roles by a prefix": {f"{_STATEMENT}.Resource.0": "arn:aws:iam::123456789012:role/app-*"},
            "by wildcard": {f"{_STATEMENT}.Action": ["iam:Put*"], f"{_STATEMENT}.Resource": "*"},
            "by omission": {
                f"{_STATEMENT}.Action": REMOVED,
                f"{_STATEMENT}.NotAction": ["s3:*"],
                f"{_STATEMENT}.Resource": "*",
            },
        },
        also_good={
            "within a boundary": {
                f"{_STATEMENT}.Action": ["iam:PutRolePolicy"],
                f"{_STATEMENT}.Resource": "*",
                f"{_STATEMENT}.Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn"}},
            }
        },
    ),
    Case(
        rule="IAM-04",
        type=_POLICY_TYPE,
        good=_policy(Action=["kms:Decrypt"], Resource=["arn:aws:kms:eu-west-1:123456789012:key/1"]),
        bad={
            "any key": {f"{_STATEMENT}.Resource": "*"},
            "any key of the account": {f"{_STATEMENT}.Resource.0": "arn:aws:kms:eu-west-1:123456789012:key/*"},
            "by wildcard": {f"{_STATEMENT}.Action": ["kms:*"], f"{_STATEMENT}.Resource": "*"},
        },
        also_good={
            "keys of a name": {
                f"{_STATEMENT}.Resource": "*",
                f"{_STATEMENT}.Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/state"}},
            }
        },
    ),
    Case(
        rule="IAM-05",
        type=_ROLE_TYPE,
        good={
            **_trust(
                Principal={"Service": "vpc-flow-logs.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}},
            ),
            "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
        },
        bad={
            "everybody": {
                "assumeRolePolicy.Statement.0.Principal": {"AWS": "*"},
                "assumeRolePolicy.Statement.0.Condition": {},
            },
            "a service for any account": {"assumeRolePolicy.Statement.0.Condition": REMOVED},
        },
        also_good={
            "instances": {
                "assumeRolePolicy.Statement.0.Condition": REMOVED,
                "assumeRolePolicy.Statement.0.Principal.Service": "ec2.amazonaws.com",
            }
        },
    ),
    Case(
        rule="IAM-05",
        type=_ROLE_TYPE,
        good=_trust(Principal={"Federated": "arn:aws:iam::1:oidc-provider/issuer"}, Condition=_OIDC),
        bad={
            "no subject": {"assumeRolePolicy.Statement.0.Condition": {"StringEquals": {"issuer:aud": "sts"}}},
            "no audience": {"assumeRolePolicy.Statement.0.Condition": {"StringEquals": {"issuer:sub": "repo:a/b"}}},
            "any subject": {
                "assumeRolePolicy.Statement.0.Condition": {"StringLike": {"issuer:aud": "sts", "issuer:sub": "*"}}
            },
        },
    ),
    Case(
        rule="IAM-06",
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        good={"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        bad={
            "administration": {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            "nearly administration": {"policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
            "administration on a path": {"policyArn": "arn:aws:iam::123456789012:policy/team/AdministratorAccess"},
        },
    ),
    Case(
        rule="IAM-06",
        type=_ROLE_TYPE,
        good={"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
        bad={"administration": {"managedPolicyArns.1": "arn:aws-cn:iam::aws:policy/IAMFullAccess"}},
    ),
    Case(
        rule="IAM-07",
        type="aws:iam/user:User",
        good={"name": "break-glass"},
        bad={"another": {"name": "deployer"}, "unnamed": {"name": REMOVED}},
        parameters={"users": ["break-glass"]},
    ),
    Case(
        rule="IAM-07",
        type="aws:iam/accessKey:AccessKey",
        good={"user": "break-glass"},
        bad={"another's": {"user": "deployer"}},
        parameters={"users": ["break-glass"]},
    ),
    Case(
        rule="IAM-08",
        type=_ROLE_TYPE,
        good={"maxSessionDuration": 3600.0, "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary"},
        bad={"half a day": {"maxSessionDuration": 43200.0}, "no boundary": {"permissionsBoundary": REMOVED}},
        also_good={"four hours": {"maxSessionDuration": 14400.0}},
        parameters={"boundary": True},
    ),
    Case(
        rule="IAM-09",
        type="aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        good={"minimumPasswordLength": 14.0, "passwordReusePrevention": 24.0},
        bad={"short": {"minimumPasswordLength": 8.0}, "again": {"passwordReusePrevention": REMOVED}},
    ),
    Case(
        rule="ECR-04",
        type="aws:ecr/repositoryPolicy:RepositoryPolicy",
        good=_OPEN_TO_ACCOUNT,
        bad={"everybody": _OPEN_TO_ALL},
    ),
    Case(
        rule="ECR-04",
        type="aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
        good={"repositoryPolicy": _OPEN_TO_ACCOUNT["policy"]},
        bad={"everybody": {"repositoryPolicy.Statement.0.Principal": "*"}},
        also_good={"none at all": {"repositoryPolicy": REMOVED}},
    ),
    Case(
        rule="SEC-01",
        type="aws:secretsmanager/secret:Secret",
        good={"kmsKeyId": "arn:aws:kms:::key/1", "recoveryWindowInDays": 30.0},
        bad={"AWS's key": {"kmsKeyId": REMOVED}, "gone at once": {"recoveryWindowInDays": 0.0}},
    ),
    GraphCase(
        rule="SEC-02",
        anchor="token",
        good={
            "token": Resource(type="aws:secretsmanager/secret:Secret"),
            "rotation": Resource(
                type="aws:secretsmanager/secretRotation:SecretRotation",
                properties={"rotationRules": {"automaticallyAfterDays": 30.0}},
                references={"secretId": "token"},
            ),
        },
        bad={"never": {"rotation": REMOVED}, "late": {"rotation.rotationRules.automaticallyAfterDays": 91.0}},
        also_good={
            "by a schedule": {"rotation.rotationRules": {"scheduleExpression": "rate(30 days)"}},
            "each quarter": {"rotation.rotationRules.automaticallyAfterDays": 90.0},
        },
    ),
    Case(
        rule="SEC-03",
        type="aws:secretsmanager/secretPolicy:SecretPolicy",
        good={**_OPEN_TO_ACCOUNT, "blockPublicPolicy": True},
        bad={"everybody": _OPEN_TO_ALL, "no check": {"blockPublicPolicy": REMOVED}},
    ),
    Case(
        rule="COG-01",
        type="aws:cognito/userPool:UserPool",
        good={
            "mfaConfiguration": "OPTIONAL",
            "passwordPolicy": {"minimumLength": 14.0, "temporaryPasswordValidityDays": 1.0},
        },
        bad={
            "short passwords": {"passwordPolicy.minimumLength": 8.0},
            "no second factor": {"mfaConfiguration": REMOVED},
            "long invitations": {"passwordPolicy.temporaryPasswordValidityDays": 30.0},
        },
        also_good={"a week": {"passwordPolicy.temporaryPasswordValidityDays": 7.0}},
    ),
    Case(
        rule="COG-02",
        type="aws:cognito/userPool:UserPool",
        good={"deletionProtection": "ACTIVE"},
        bad={"off": {"deletionProtection": "INACTIVE"}, "left to AWS": {"deletionProtection": REMOVED}},
    ),
    Case(
        rule="COG-03",
        type="aws:cognito/userPoolClient:UserPoolClient",
        good={
            "allowedOauthFlows": ["code"],
            "preventUserExistenceErrors": "ENABLED",
            "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        },
        bad={
            "implicit": {"allowedOauthFlows.1": "implicit"},
            "telling": {"preventUserExistenceErrors": "LEGACY"},
            "tokens for ever": {"enableTokenRevocation": False},
            "passwords": {"explicitAuthFlows.1": "ALLOW_USER_PASSWORD_AUTH"},
        },
    ),
]

"""User pools: moto's, whose tokens are signed and whose keys are served."""

from typing import Any

from sandbox.providers.aws.expression import Text
from sandbox.providers.aws.row import Autoname, Call, Row


def _in_pool(noun: str, key: str, by: str, **more: Any) -> Row:
    keys = {key: by, "UserPoolId": "userPoolId"}
    return Row(create=f"create_{noun}", keys=keys, update=(f"update_{noun}",), **more)


SERVICE = "cognito-idp"
HANDLERS = {
    "aws:cognito/userPool:UserPool": Row(
        create=Call(operation="create_user_pool", members={"Schema": "schemas"}),
        keys={"UserPoolId": "id"},
        id="created.UserPool.Id",
        members={
            "PoolName": "name",
            "Policies.PasswordPolicy": "passwordPolicy",
            "Policies.SignInPolicy": "signInPolicy",
        },
        settings=(Call(operation="set_user_pool_mfa_config", when="softwareTokenMfaConfiguration"),),
        update=("update_user_pool",),
        outputs={"endpoint": Text("{authority}/{id}")},
        defaults={"mfaConfiguration": "OFF"},
        force_new="usernameConfiguration usernameAttributes aliasAttributes",
        autoname=Autoname(max_length=128),
    ),
    "aws:cognito/userPoolDomain:UserPoolDomain": _in_pool(
        "user_pool_domain",
        "Domain",
        "domain",
        members={"CustomDomainConfig": "certificateArn && {CertificateArn: certificateArn}"},
        describe=Call(operation="describe_user_pool_domain", found="DomainDescription.Domain && DomainDescription"),
    ),
    "aws:cognito/resourceServer:ResourceServer": _in_pool(
        "resource_server",
        "Identifier",
        "identifier",
        id="join('|', [userPoolId, identifier])",
        outputs={"scopeIdentifiers": "each(join('', [identifier, '/']), scopes[].scopeName)"},
    ),
    "aws:cognito/userPoolClient:UserPoolClient": _in_pool(
        "user_pool_client", "ClientId", "id", members={"ClientName": "name"}
    ),
    "aws:cognito/userGroup:UserGroup": _in_pool(
        "group", "GroupName", "name", id="join('/', [userPoolId, name])", autoname=Autoname(max_length=128)
    ),
}

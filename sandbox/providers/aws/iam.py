"""Roles, policies and identity providers."""

from sandbox.providers.aws.row import Autoname, Call, Row

SERVICE = "iam"
HANDLERS = {
    "aws:iam/role:Role": Row(
        create=Call(operation="create_role", members={"AssumeRolePolicyDocument": "assumeRolePolicy"}),
        keys={"RoleName": "name"},
        update=(
            Call(operation="update_assume_role_policy", members={"PolicyDocument": "assumeRolePolicy"}),
            "update_role",
            Call(operation="put_role_permissions_boundary", when="permissionsBoundary"),
        ),
        outputs={"uniqueId": "described.RoleId"},
        defaults={"path": "/", "maxSessionDuration": 3600},
        local="forceDetachPolicies",
        autoname=Autoname(max_length=64),
        tagging=("tag_role", "untag_role", "id"),
    ),
    "aws:iam/policy:Policy": Row(
        create=Call(operation="create_policy", members={"PolicyName": "name"}),
        keys={"PolicyArn": "id"},
        id="created.Policy.Arn",
        members={"PolicyDocument": "policy", "SetAsDefault": "`true`"},
        describe="get_policy",
        update=("create_policy_version",),
        defaults={"path": "/"},
        autoname=Autoname(max_length=128),
        tagging=("tag_policy", "untag_policy", "id"),
    ),
    "aws:iam/rolePolicy:RolePolicy": Row(
        create="put_role_policy",
        keys={"RoleName": "role", "PolicyName": "name"},
        id="join(':', [role, name])",
        members={"PolicyDocument": "policy"},
        describe="get_role_policy",
        update=("put_role_policy",),
        delete=("delete_role_policy",),
        autoname=Autoname(max_length=128),
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Row(
        create="attach_role_policy",
        keys={"RoleName": "role", "PolicyArn": "policyArn"},
        id="join('/', [role, policyArn])",
        describe=Call(
            operation="list_attached_role_policies", found="having(AttachedPolicies, {PolicyArn: policyArn})"
        ),
        delete=("detach_role_policy",),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Row(
        create="create_open_id_connect_provider",
        keys={"OpenIDConnectProviderArn": "id"},
        id="join('', ['arn:aws:iam::', account, ':oidc-provider/', last(url, '//')])",
        members={"ClientIDList": "clientIdLists", "ThumbprintList": "thumbprintLists"},
        describe=Call(operation="get_open_id_connect_provider", found="{Found: Url}"),
        update=("update_open_id_connect_provider_thumbprint",),
        delete_before_replace=True,
        tagging=("tag_open_id_connect_provider", "untag_open_id_connect_provider", "id"),
    ),
}

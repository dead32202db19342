"""Keys and their aliases."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Autoname, Call, Row

SERVICE = "kms"
HANDLERS = {
    "aws:kms/key:Key": Row(
        create=Call(operation="create_key", members={"KeySpec": "customerMasterKeySpec"}),
        keys={"KeyId": "id"},
        describe=Call(operation="describe_key", found="[KeyMetadata][?KeyState != 'PendingDeletion'] | [0]"),
        settings=(
            Call(operation="enable_key_rotation", when="enableKeyRotation"),
            Call(operation="disable_key", when="isEnabled == `false`"),
        ),
        update=(
            Call(operation="disable_key_rotation", when="!enableKeyRotation"),
            Call(operation="enable_key", when="isEnabled"),
            Call(operation="put_key_policy", members={"PolicyName": "'default'"}),
            "update_key_description",
        ),
        delete=(Call(operation="schedule_key_deletion", members={"PendingWindowInDays": "deletionWindowInDays"}),),
        defaults={"isEnabled": True, "keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT"},
        local="deletionWindowInDays",
    ),
    "aws:kms/alias:Alias": Row(
        create="create_alias",
        keys={"AliasName": "name"},
        describe=Call(
            operation="list_aliases", members={"KeyId": "targetKeyId"}, found="having(Aliases, {AliasName: name})"
        ),
        update=("update_alias",),
        outputs={
            "arn": arn("kms", "{name}"),
            "targetKeyArn": "join('', ['arn:aws:kms:', region, ':', account, ':key/', described.TargetKeyId])",
        },
        autoname=Autoname(prefix="alias/"),
    ),
}

"""Who may write letters: identities and configuration sets; moto keeps no DKIM keys, so their tokens are made up."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

SERVICE = "sesv2"
HANDLERS = {
    "aws:sesv2/configurationSet:ConfigurationSet": Row(
        create="create_configuration_set",
        keys={"ConfigurationSetName": "configurationSetName"},
        describe=Call(operation="get_configuration_set", found="@"),
        outputs={"arn": arn("ses", "configuration-set/{configurationSetName}")},
    ),
    "aws:sesv2/emailIdentity:EmailIdentity": Row(
        create="create_email_identity",
        keys={"EmailIdentity": "emailIdentity"},
        outputs={
            "arn": arn("ses", "identity/{emailIdentity}"),
            "dkimSigningAttributes": "{tokens: each('dkim-', ['first', 'second', 'third'])}",
        },
    ),
}

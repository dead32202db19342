"""Security Hub: the account against the standards."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

SERVICE = "securityhub"
HANDLERS = {
    "aws:securityhub/account:Account": Row(
        create="enable_security_hub",
        keys={"AccountId": "account"},
        id="account",
        describe=Call(operation="describe_hub", found="HubArn && {HubArn: HubArn}"),
        update=("update_security_hub_configuration",),
        delete=("disable_security_hub",),
        outputs={"arn": arn("securityhub", "hub/default")},
    ),
    "aws:securityhub/standardsSubscription:StandardsSubscription": Row(
        create=Call(
            operation="batch_enable_standards",
            members={"StandardsSubscriptionRequests": "[{StandardsArn: standardsArn}]"},
            record={"StandardsSubscriptions": "[{StandardsSubscriptionArn: standardsArn}]"},
        ),
        keys={"StandardsSubscriptionArns": "id"},
        id="created.StandardsSubscriptions[0].StandardsSubscriptionArn",
        describe=Call(
            operation="get_enabled_standards",
            members={"StandardsSubscriptionArns": "[id]"},
            found="StandardsSubscriptions[0]",
        ),
        delete=(Call(operation="batch_disable_standards", members={"StandardsSubscriptionArns": "[id]"}),),
    ),
}

"""Notification topics."""

from sandbox.providers.aws.row import Autoname, Call, Row

_ATTRIBUTES = {
    "DeliveryPolicy": "deliveryPolicy",
    "DisplayName": "displayName",
    "KmsMasterKeyId": "kmsMasterKeyId",
    "Policy": "policy",
    "SignatureVersion": "signatureVersion",
    "TracingConfig": "tracingConfig",
}
_FIFO = {"FifoTopic": "fifoTopic", "ContentBasedDeduplication": "contentBasedDeduplication"}
_DEFAULT_POLICY = """to_string({Version: '2008-10-17', Id: '__default_policy_ID', Statement: [{Effect: 'Allow',
    Principal: {AWS: '*'}, Action: ['SNS:Publish', 'SNS:Subscribe'], Resource: id,
    Condition: {StringEquals: {"AWS:SourceOwner": account}}}]})"""


def _set(attribute: str, value: str) -> Call:
    members = {"AttributeName": f"'{attribute}'", "AttributeValue": value}
    return Call(operation="set_topic_attributes", members=members, by_name=False)


SERVICE = "sns"
HANDLERS = {
    "aws:sns/topic:Topic": Row(
        create=Call(operation="create_topic", members={"Name": "name"}, attributes=_ATTRIBUTES | _FIFO, by_name=False),
        keys={"TopicArn": "id"},
        describe=Call(operation="get_topic_attributes", found="Attributes"),
        update=tuple(_set(attribute, value) for attribute, value in _ATTRIBUTES.items()),
        autoname=Autoname(max_length=256),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Row(
        create=Call(
            operation="subscribe",
            members={"TopicArn": "topic", "ReturnSubscriptionArn": "`true`"},
            attributes={"RawMessageDelivery": "rawMessageDelivery", "FilterPolicy": "filterPolicy"},
        ),
        keys={"SubscriptionArn": "id"},
        id="created.SubscriptionArn",
        describe=Call(operation="get_subscription_attributes", found="Attributes"),
        delete=("unsubscribe",),
    ),
    "aws:sns/topicPolicy:TopicPolicy": Row(
        create=_set("Policy", "policy"),
        keys={"TopicArn": "arn"},
        describe=Call(operation="get_topic_attributes", found="Attributes"),
        update=(_set("Policy", "policy"),),
        delete=(_set("Policy", _DEFAULT_POLICY),),
    ),
}

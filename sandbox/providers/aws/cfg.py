"""AWS Config: what is recorded of every resource, and where it is delivered."""

from sandbox.providers.aws.row import Autoname, Call, Row

_NAMED = Autoname(max_length=256)

SERVICE = "config"
HANDLERS = {
    "aws:cfg/recorder:Recorder": Row(
        create=(_record := Call(operation="put_configuration_recorder", into="ConfigurationRecorder")),
        keys={"ConfigurationRecorderName": "name"},
        members={"ConfigurationRecorder.name": "name"},
        describe=Call(
            operation="describe_configuration_recorders",
            members={"ConfigurationRecorderNames": "[name]"},
            found="ConfigurationRecorders[0]",
        ),
        update=(_record,),
        autoname=_NAMED,
    ),
    "aws:cfg/deliveryChannel:DeliveryChannel": Row(
        create=(
            _deliver := Call(
                operation="put_delivery_channel",
                members={
                    "DeliveryChannel.name": "name",
                    "DeliveryChannel.configSnapshotDeliveryProperties": "snapshotDeliveryProperties",
                },
                into="DeliveryChannel",
            )
        ),
        keys={"DeliveryChannelName": "name"},
        describe=Call(
            operation="describe_delivery_channels",
            members={"DeliveryChannelNames": "[name]"},
            found="DeliveryChannels[0]",
        ),
        update=(_deliver,),
        autoname=_NAMED,
    ),
    "aws:cfg/recorderStatus:RecorderStatus": Row(
        create=Call(operation="start_configuration_recorder", when="isEnabled"),
        keys={"ConfigurationRecorderName": "name"},
        describe=Call(
            operation="describe_configuration_recorder_status",
            members={"ConfigurationRecorderNames": "[name]"},
            found="ConfigurationRecordersStatus[?recording] | [0]",
        ),
        delete=("stop_configuration_recorder",),
        local="isEnabled",
    ),
}

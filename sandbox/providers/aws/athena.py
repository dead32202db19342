"""Workgroups: where questions are asked, and within which limits; nothing here answers one."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_LIMITS = (
    "EnforceWorkGroupConfiguration: enforceWorkgroupConfiguration, PublishCloudWatchMetricsEnabled:"
    " publishCloudwatchMetricsEnabled, BytesScannedCutoffPerQuery: bytesScannedCutoffPerQuery"
)
_RESULTS = (
    "resultConfiguration.{OutputLocation: outputLocation, ExpectedBucketOwner: expectedBucketOwner,"
    " EncryptionConfiguration: encryptionConfiguration.{EncryptionOption: encryptionOption, KmsKey: kmsKeyArn}}"
)

SERVICE = "athena"
HANDLERS = {
    "aws:athena/workgroup:Workgroup": Row(
        create=Call(
            operation="create_work_group",
            members={"Configuration": f"configuration.{{{_LIMITS}, ResultConfiguration: {_RESULTS}}}"},
        ),
        keys={"Name": "name", "WorkGroup": "name"},
        update=(
            Call(
                operation="update_work_group",
                members={
                    "ConfigurationUpdates": f"configuration.{{{_LIMITS}, ResultConfigurationUpdates: {_RESULTS}}}"
                },
            ),
        ),
        outputs={"arn": arn("athena", "workgroup/{name}")},
        local="forceDestroy",
    ),
}

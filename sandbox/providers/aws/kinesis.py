"""Firehose: moto writes each batch to the bucket as it came; it converts nothing and fills in no partition."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Call, Row

_TO_S3 = (
    "extendedS3Configuration.{RoleARN: roleArn, BucketARN: bucketArn, Prefix: prefix, ErrorOutputPrefix:"
    " errorOutputPrefix, BufferingHints: {IntervalInSeconds: bufferingInterval, SizeInMBs: bufferingSize},"
    " EncryptionConfiguration: kmsKeyArn && {KMSEncryptionConfig: {AWSKMSKeyARN: kmsKeyArn}},"
    " CloudWatchLoggingOptions: cloudwatchLoggingOptions, DynamicPartitioningConfiguration:"
    " dynamicPartitioningConfiguration, ProcessingConfiguration: processingConfiguration,"
    " DataFormatConversionConfiguration: dataFormatConversionConfiguration}"
)

_ENCRYPTION = "serverSideEncryption.{KeyARN: enabled && keyArn, KeyType: keyType}"

SERVICE = "firehose"
HANDLERS = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Row(
        create=Call(
            operation="create_delivery_stream",
            members={
                "ExtendedS3DestinationConfiguration": _TO_S3,
                "DeliveryStreamEncryptionConfigurationInput": _ENCRYPTION,
            },
        ),
        keys={"DeliveryStreamName": "name"},
        id=arn("firehose", "deliverystream/{name}"),
        describe=Call(operation="describe_delivery_stream", found="DeliveryStreamDescription"),
        update=(
            Call(
                operation="update_destination",
                members={
                    "CurrentDeliveryStreamVersionId": "described.VersionId",
                    "DestinationId": "described.Destinations[0].DestinationId",
                    "ExtendedS3DestinationUpdate": _TO_S3,
                },
            ),
            Call(
                operation="start_delivery_stream_encryption",
                members={"DeliveryStreamEncryptionConfigurationInput": _ENCRYPTION},
            ),
        ),
        outputs={"arn": arn("firehose", "deliverystream/{name}")},
        local="destination",
        tagging=("tag_delivery_stream", "untag_delivery_stream", "name"),
    ),
}

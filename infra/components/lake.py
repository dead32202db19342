"""The lake: order events as rows of Parquet in a bucket, by day, and how they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.alarms import Alarm, raise_alarms
from infra.shared.arn import Account
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.iam import ROLE_PATH, Statement, account_trust, policy_document, service_trust
from infra.shared.private_bucket import PrivateBucket, PrivateBucketArgs, private_bucket
from infra.shared.roles import role_with_rights

TABLE = "order_events"
COLUMNS: Mapping[str, str] = {
    "event_id": "string",
    "event_type": "string",
    "at": "timestamp",
    "order_id": "string",
    "customer_id": "string",
    "product_id": "string",
    "size": "int",
    "quantity": "int",
    "unit_price_cents": "bigint",
    "currency": "string",
    "cancelled_by": "string",
    "payment_status": "string",
    "version": "int",
    "placed_at": "timestamp",
}
"""What a row has, by Hive's types; the day of the event is the partition."""
_DAY_OF_EVENT = "{day: .at[0:10]}"
"""JQ over the row: late events go to their own day, not to that of their arrival."""
_FIRST_DAY = "2026-01-01"
_BUFFER_MEBIBYTES = 128
"""Format conversion takes at least 64: https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html"""
_RESULTS_KEPT_DAYS = 30
_READING_SECONDS = 4 * 3600
"""How long somebody may hold the reader's role."""
_MEBIBYTE = 1024**2
_METRICS = "AWS/Firehose"
_SHOWN = {
    "Lake: oldest row that waits, seconds": {"DeliveryToS3.DataFreshness": "Maximum"},
    "Lake: rows refused": {"FailedConversion.Records": "Sum", "ThrottledRecords": "Sum"},
}
"""Statistics of metrics by title."""


@dataclass(frozen=True, kw_only=True)
class LakeArgs:
    """Whose events, under which key, for how long."""

    account: Account
    stream_name: str
    """Fixed, because the log group of the stream is made before it."""
    database_name: str
    """Letters, digits and underscores, so that queries need no quotes."""
    workgroup_name: str
    buffer_seconds: int
    """How old the newest rows may be."""
    retention_days: int
    query_limit_mebibytes: int
    """A query that would read more is stopped."""
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    access_log_bucket_name: pulumi.Input[str]
    force_destroy: bool
    reader_role: bool
    """Whether people have a role to ask questions with."""
    alarm_topic_arn: pulumi.Input[str]


class Lake(pulumi.ComponentResource):
    """Firehose by Direct PUT, converted to Parquet by a Glue table's columns; Athena asks, within a limit."""

    stream_name: pulumi.Output[str]
    stream_arn: pulumi.Output[str]
    panel: Panel

    def __init__(self, name: str, args: LakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:data:Lake", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._account = args.account
        rows = self._bucket(name, args, kept_days=args.retention_days)
        database = aws.glue.CatalogDatabase(name, name=args.database_name, opts=self._child)
        table = self._table(database, rows)
        stream = self._stream(args, rows, table)
        results = self._bucket(f"{name}-results", args, kept_days=_RESULTS_KEPT_DAYS)
        workgroup = self._workgroup(args, results)
        if args.reader_role:
            self._reader(_reading(args, rows, results, table, workgroup))
        self.panel = self._watch(args, stream)
        self.stream_name, self.stream_arn = stream.name, stream.arn
        self.register_outputs({"stream_name": self.stream_name, "stream_arn": self.stream_arn})

    def _bucket(self, name: str, args: LakeArgs, *, kept_days: int) -> PrivateBucket:
        return private_bucket(
            name,
            PrivateBucketArgs(
                retention_days=kept_days,
                key_arn=args.key_arn,
                access_log_bucket_name=args.access_log_bucket_name,
                force_destroy=args.force_destroy,
                statements=lambda _: [],
            ),
            self,
        )

    def _table(self, database: aws.glue.CatalogDatabase, bucket: PrivateBucket) -> aws.glue.CatalogTable:
        location = pulumi.Output.concat("s3://", bucket.name, f"/{TABLE}/")
        return aws.glue.CatalogTable(
            self._name,
            name=TABLE,
            database_name=database.name,
            table_type="EXTERNAL_TABLE",
            parameters={
                "classification": "parquet",
                "projection.enabled": "true",
                "projection.day.type": "date",
                "projection.day.format": "yyyy-MM-dd",
                "projection.day.range": f"{_FIRST_DAY},NOW",
                "storage.location.template": location.apply(lambda text: f"{text}day=${{day}}/"),
            },
            partition_keys=[{"name": "day", "type": "string"}],
            storage_descriptor={
                "location": location,
                "input_format": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                "output_format": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "ser_de_info": {"serialization_library": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
                "columns": [{"name": column, "type": kind} for column, kind in COLUMNS.items()],
            },
            opts=self._child,
        )

    def _stream(
        self, args: LakeArgs, bucket: PrivateBucket, table: aws.glue.CatalogTable
    ) -> aws.kinesis.FirehoseDeliveryStream:
        log_group = aws.cloudwatch.LogGroup(
            self._name,
            name=f"/aws/kinesisfirehose/{args.stream_name}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        log_stream = aws.cloudwatch.LogStream(
            self._name, name="delivery", log_group_name=log_group.name, opts=self._child
        )
        role, rights = role_with_rights(
            self._name,
            trust=service_trust("firehose.amazonaws.com", account_id=args.account.account_id),
            rights=_rights(args, bucket, table, log_group),
            parent=self,
        )
        return aws.kinesis.FirehoseDeliveryStream(
            self._name,
            name=args.stream_name,
            destination="extended_s3",
            server_side_encryption={"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": args.key_arn},
            extended_s3_configuration={
                "role_arn": role.arn,
                "bucket_arn": bucket.arn,
                "prefix": f"{TABLE}/day=!{{partitionKeyFromQuery:day}}/",
                "error_output_prefix": "failed/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/",
                "buffering_interval": args.buffer_seconds,
                "buffering_size": _BUFFER_MEBIBYTES,
                "kms_key_arn": args.key_arn,
                "dynamic_partitioning_configuration": {"enabled": True},
                "processing_configuration": {"enabled": True, "processors": [_DAY]},
                "data_format_conversion_configuration": _conversion(args, role, table),
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": log_group.name,
                    "log_stream_name": log_stream.name,
                },
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )

    def _reader(self, rights: list[Statement]) -> None:
        """Whoever of the account is permitted to take this role asks, and changes nothing."""
        role = aws.iam.Role(
            f"{self._name}-reader",
            description="Asks the lake, within its workgroup's limit",
            path=ROLE_PATH,
            assume_role_policy=account_trust(self._account),
            max_session_duration=_READING_SECONDS,
            opts=self._child,
        )
        aws.iam.RolePolicy(f"{self._name}-reader", role=role.name, policy=policy_document(*rights), opts=self._child)

    def _workgroup(self, args: LakeArgs, results: PrivateBucket) -> aws.athena.Workgroup:
        return aws.athena.Workgroup(
            self._name,
            name=args.workgroup_name,
            description="Questions about orders; results are forgotten after a month",
            force_destroy=args.force_destroy,
            configuration={
                "enforce_workgroup_configuration": True,
                "publish_cloudwatch_metrics_enabled": True,
                "bytes_scanned_cutoff_per_query": args.query_limit_mebibytes * _MEBIBYTE,
                "result_configuration": {
                    "output_location": pulumi.Output.concat("s3://", results.name, "/"),
                    "expected_bucket_owner": args.account.account_id,
                    "encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": args.key_arn},
                },
            },
            opts=self._child,
        )

    def _watch(self, args: LakeArgs, stream: aws.kinesis.FirehoseDeliveryStream) -> Panel:
        dimensions = {"DeliveryStreamName": stream.name}
        return Panel(
            widgets=[Widget(title=title, lines=lines(_METRICS, dimensions, shown)) for title, shown in _SHOWN.items()],
            alarm_arns=raise_alarms(
                _alarms(args), self._name, dimensions=dimensions, topic_arn=args.alarm_topic_arn, opts=self._child
            ),
        )


_DAY: aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorArgsDict = {
    "type": "MetadataExtraction",
    "parameters": [
        {"parameter_name": "MetadataExtractionQuery", "parameter_value": _DAY_OF_EVENT},
        {"parameter_name": "JsonParsingEngine", "parameter_value": "JQ-1.6"},
    ],
}


def _conversion(
    args: LakeArgs, role: aws.iam.Role, table: aws.glue.CatalogTable
) -> aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfigurationArgsDict:
    return {
        "input_format_configuration": {"deserializer": {"hive_json_ser_de": {}}},
        "output_format_configuration": {"serializer": {"parquet_ser_de": {"compression": "SNAPPY"}}},
        "schema_configuration": {
            "role_arn": role.arn,
            "database_name": table.database_name,
            "table_name": table.name,
            "region": args.account.region,
        },
    }


def _reading(
    args: LakeArgs,
    rows: PrivateBucket,
    results: PrivateBucket,
    table: aws.glue.CatalogTable,
    workgroup: aws.athena.Workgroup,
) -> list[Statement]:
    """https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html"""
    through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{args.account.region}.amazonaws.com"}}
    return [
        Statement(
            sid="AskWithinTheWorkgroup",
            actions=[
                "athena:GetQueryExecution",
                "athena:GetQueryResults",
                "athena:GetWorkGroup",
                "athena:ListQueryExecutions",
                "athena:StartQueryExecution",
                "athena:StopQueryExecution",
            ],
            resources=[workgroup.arn],
        ),
        Statement(
            sid="ReadColumns",
            actions=["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
            resources=_catalog(args, table),
        ),
        Statement(
            sid="LookAtBuckets",
            actions=["s3:GetBucketLocation", "s3:ListBucket"],
            resources=[rows.arn, results.arn],
        ),
        Statement(
            sid="ReadRows",
            actions=["s3:GetObject"],
            resources=[rows.arn.apply(lambda arn: f"{arn}/{TABLE}/*")],
        ),
        Statement(
            sid="KeepResults",
            actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            resources=[results.arn.apply(lambda arn: f"{arn}/*")],
        ),
        Statement(
            sid="DecryptRowsAndEncryptResults",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[args.key_arn],
            conditions=through_s3,
        ),
    ]


def _catalog(args: LakeArgs, table: aws.glue.CatalogTable) -> list[pulumi.Input[str]]:
    return [
        args.account.arn("glue", "catalog"),
        table.database_name.apply(lambda name: args.account.arn("glue", f"database/{name}")),
        table.arn,
    ]


def _rights(
    args: LakeArgs, bucket: PrivateBucket, table: aws.glue.CatalogTable, log_group: aws.cloudwatch.LogGroup
) -> list[Statement]:
    """https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html"""
    through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{args.account.region}.amazonaws.com"}}
    return [
        Statement(
            sid="LookAtBucket",
            actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            resources=[bucket.arn],
        ),
        Statement(
            sid="WriteRows",
            actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            resources=[bucket.arn.apply(lambda arn: f"{arn}/*")],
        ),
        Statement(
            sid="EncryptRows",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[args.key_arn],
            conditions=through_s3,
        ),
        Statement(
            sid="ReadColumns",
            actions=["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            resources=_catalog(args, table),
        ),
        Statement(
            sid="TellErrors",
            actions=["logs:PutLogEvents"],
            resources=[log_group.arn.apply(lambda arn: f"{arn}:log-stream:*")],
        ),
    ]


def _alarms(args: LakeArgs) -> list[Alarm]:
    return [
        Alarm(
            name="freshness",
            description="Rows wait for longer than three buffers: nothing is delivered to the lake",
            namespace=_METRICS,
            metric_name="DeliveryToS3.DataFreshness",
            statistic="Maximum",
            threshold=3 * args.buffer_seconds,
        ),
        Alarm(
            name="conversion",
            description="Rows do not fit the lake's columns: they lie under failed/",
            namespace=_METRICS,
            metric_name="FailedConversion.Records",
            statistic="Sum",
            threshold=0,
            period_seconds=300,
            evaluation_periods=1,
        ),
        Alarm(
            name="throttled",
            description="The lake takes rows more slowly than they come: the consumer sends them again",
            namespace=_METRICS,
            metric_name="ThrottledRecords",
            statistic="Sum",
            threshold=0,
            period_seconds=300,
            evaluation_periods=3,
        ),
    ]

"""One resource of every type that keeps an account: its record, its watchers, its budget, its backups."""

from tests.sandbox.providers.aws.samples import OTHER_POLICY, POLICY, Sample

ACCOUNT_SAMPLES = [
    Sample(
        name="runner",
        token="aws:codebuild/project:Project",
        inputs={
            "name": "fortress-dev-runner",
            "serviceRole": "{role.arn}",
            "buildTimeout": 60,
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "ARM_CONTAINER",
                "computeType": "BUILD_GENERAL1_SMALL",
                "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
            },
            "source": {"type": "GITHUB", "location": "https://github.com/shop/fortress.git"},
            "vpcConfig": {"vpcId": "{vpc.id}", "subnets": ["{subnet.id}"], "securityGroupIds": ["{group.id}"]},
            "logsConfig": {"cloudwatchLogs": {"groupName": "runner", "status": "ENABLED"}},
        },
        change={"description": "Runs jobs"},
        outputs=("arn",),
    ),
    Sample(
        name="runner_webhook",
        token="aws:codebuild/webhook:Webhook",
        inputs={
            "projectName": "{runner.name}",
            "buildType": "BUILD",
            "filterGroups": [{"filters": [{"type": "EVENT", "pattern": "WORKFLOW_JOB_QUEUED"}]}],
        },
        change={"filterGroups": [{"filters": [{"type": "EVENT", "pattern": "PUSH"}]}]},
    ),
    Sample(
        name="nights",
        token="aws:scheduler/scheduleGroup:ScheduleGroup",
        inputs={"name": "nights"},
        outputs=("arn",),
    ),
    Sample(
        name="evening",
        token="aws:scheduler/schedule:Schedule",
        inputs={
            "name": "database-stop",
            "groupName": "{nights.name}",
            "scheduleExpression": "cron(0 20 * * ? *)",
            "scheduleExpressionTimezone": "Europe/Berlin",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
                "roleArn": "{role.arn}",
                "input": "{}",
                "retryPolicy": {"maximumRetryAttempts": 0},
            },
        },
        change={"scheduleExpression": "cron(0 21 * * ? *)"},
        outputs=("arn",),
    ),
    Sample(
        name="vault",
        token="aws:backup/vault:Vault",
        inputs={"name": "orders", "kmsKeyArn": "{key.arn}", "tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="vault_lock",
        token="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        inputs={"backupVaultName": "{vault.name}", "minRetentionDays": 35, "changeableForDays": 3},
        change={"minRetentionDays": 40},
    ),
    Sample(
        name="plan",
        token="aws:backup/plan:Plan",
        inputs={
            "name": "daily",
            "rules": [
                {
                    "ruleName": "daily",
                    "targetVaultName": "{vault.name}",
                    "schedule": "cron(0 3 * * ? *)",
                    "startWindow": 60,
                    "completionWindow": 300,
                    "lifecycle": {"deleteAfter": 35},
                }
            ],
        },
        change={"tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="selection",
        token="aws:backup/selection:Selection",
        inputs={
            "name": "database",
            "planId": "{plan.id}",
            "iamRoleArn": "{role.arn}",
            "resources": ["{database.arn}"],
        },
    ),
    Sample(
        name="budget",
        token="aws:budgets/budget:Budget",
        inputs={
            "name": "orders",
            "budgetType": "COST",
            "timeUnit": "MONTHLY",
            "limitAmount": "900",
            "limitUnit": "USD",
            "notifications": [
                {
                    "notificationType": "ACTUAL",
                    "comparisonOperator": "GREATER_THAN",
                    "threshold": 80,
                    "thresholdType": "PERCENTAGE",
                    "subscriberEmailAddresses": ["platform@example.com"],
                }
            ],
        },
        outputs=("arn",),
    ),
    Sample(
        name="anomaly_monitor",
        token="aws:costexplorer/anomalyMonitor:AnomalyMonitor",
        inputs={"name": "spending", "monitorType": "DIMENSIONAL", "monitorDimension": "SERVICE"},
        change={"name": "costs"},
        outputs=("arn",),
    ),
    Sample(
        name="anomaly_subscription",
        token="aws:costexplorer/anomalySubscription:AnomalySubscription",
        inputs={
            "name": "spending",
            "frequency": "DAILY",
            "monitorArnLists": ["{anomaly_monitor.arn}"],
            "subscribers": [{"type": "EMAIL", "address": "platform@example.com"}],
            "thresholdExpression": {
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "matchOptions": ["GREATER_THAN_OR_EQUAL"],
                    "values": ["50"],
                }
            },
        },
        change={"frequency": "WEEKLY"},
        outputs=("arn",),
    ),
    Sample(
        name="log_bucket",
        token="aws:s3/bucket:Bucket",
        inputs={"tags": {"Name": "logs"}},
        outputs=("arn", "bucket"),
    ),
    Sample(
        name="access_log",
        token="aws:s3/bucketLogging:BucketLogging",
        inputs={"bucket": "{bucket.bucket}", "targetBucket": "{log_bucket.bucket}", "targetPrefix": "objects/"},
        change={"targetPrefix": "reads/"},
    ),
    Sample(
        name="trail",
        token="aws:cloudtrail/trail:Trail",
        inputs={
            "name": "fortress",
            "s3BucketName": "{bucket.bucket}",
            "kmsKeyId": "{key.arn}",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "eventSelectors": [
                {
                    "readWriteType": "All",
                    "includeManagementEvents": True,
                    "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
                }
            ],
        },
        change={"includeGlobalServiceEvents": False},
        outputs=("arn", "homeRegion"),
    ),
    Sample(
        name="detector",
        token="aws:guardduty/detector:Detector",
        inputs={"enable": True, "findingPublishingFrequency": "FIFTEEN_MINUTES"},
        change={"findingPublishingFrequency": "ONE_HOUR"},
        outputs=("arn",),
    ),
    Sample(
        name="detector_feature",
        token="aws:guardduty/detectorFeature:DetectorFeature",
        inputs={"detectorId": "{detector.id}", "name": "S3_DATA_EVENTS", "status": "ENABLED"},
    ),
    Sample(
        name="recorder",
        token="aws:cfg/recorder:Recorder",
        inputs={
            "name": "default",
            "roleArn": "{role.arn}",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        },
        change={"recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": False}},
    ),
    Sample(
        name="channel",
        token="aws:cfg/deliveryChannel:DeliveryChannel",
        inputs={
            "name": "default",
            "s3BucketName": "{bucket.bucket}",
            "s3KmsKeyArn": "{key.arn}",
            "snapshotDeliveryProperties": {"deliveryFrequency": "TwentyFour_Hours"},
        },
        change={"snapshotDeliveryProperties": {"deliveryFrequency": "One_Hour"}},
    ),
    Sample(
        name="recording",
        token="aws:cfg/recorderStatus:RecorderStatus",
        inputs={"name": "{recorder.name}", "isEnabled": True},
    ),
    Sample(
        name="hub",
        token="aws:securityhub/account:Account",
        inputs={
            "enableDefaultStandards": False,
            "autoEnableControls": True,
            "controlFindingGenerator": "SECURITY_CONTROL",
        },
        change={"autoEnableControls": False},
        outputs=("arn",),
    ),
    Sample(
        name="standard",
        token="aws:securityhub/standardsSubscription:StandardsSubscription",
        inputs={"standardsArn": "arn:aws:securityhub:eu-central-1::standards/cis-aws-foundations-benchmark/v/3.0.0"},
    ),
    Sample(
        name="metric_filter",
        token="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        inputs={
            "name": "root",
            "logGroupName": "{logs.name}",
            "pattern": '{ $.userIdentity.type = "Root" }',
            "metricTransformation": {"name": "root", "namespace": "Audit", "value": "1"},
        },
        change={"pattern": '{ $.userIdentity.type = "IAMUser" }'},
        stays="moto keeps a filter twice that is put twice, and removes it once",
    ),
    Sample(
        name="log_policy",
        token="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        inputs={"policyName": "events", "policyDocument": POLICY},
        change={"policyDocument": OTHER_POLICY},
    ),
    Sample(
        name="event_rule",
        token="aws:cloudwatch/eventRule:EventRule",
        inputs={"eventPattern": '{"source": ["aws.guardduty"]}', "description": "Findings"},
        change={"description": "Grave findings"},
        outputs=("arn", "name"),
    ),
    Sample(
        name="event_target",
        token="aws:cloudwatch/eventTarget:EventTarget",
        inputs={"rule": "{event_rule.name}", "arn": "{logs.arn}"},
    ),
    Sample(
        name="catalogue",
        token="aws:glue/catalogDatabase:CatalogDatabase",
        inputs={"name": "fortress_dev", "tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="rows",
        token="aws:glue/catalogTable:CatalogTable",
        inputs={
            "name": "order_events",
            "databaseName": "{catalogue.name}",
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"classification": "parquet"},
            "partitionKeys": [{"name": "day", "type": "string"}],
            "storageDescriptor": {
                "location": "s3://lake/order_events/",
                "serDeInfo": {"serializationLibrary": "parquet"},
                "columns": [{"name": "event_id", "type": "string"}],
            },
        },
        change={"parameters": {"classification": "orc"}},
        outputs=("arn",),
    ),
    Sample(
        name="log_stream",
        token="aws:cloudwatch/logStream:LogStream",
        inputs={"name": "delivery", "logGroupName": "{logs.name}"},
    ),
    Sample(
        name="lake_stream",
        token="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        inputs={
            "name": "order-events",
            "destination": "extended_s3",
            "serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": "{key.arn}"},
            "extendedS3Configuration": (
                _to_s3 := {
                    "roleArn": "{role.arn}",
                    "bucketArn": "{bucket.arn}",
                    "prefix": "order_events/",
                    "errorOutputPrefix": "failed/",
                    "bufferingInterval": 300,
                    "bufferingSize": 128,
                    "kmsKeyArn": "{key.arn}",
                    "dynamicPartitioningConfiguration": {"enabled": True},
                    "dataFormatConversionConfiguration": {
                        "inputFormatConfiguration": {"deserializer": {"hiveJsonSerDe": {}}},
                        "outputFormatConfiguration": {"serializer": {"parquetSerDe": {"compression": "SNAPPY"}}},
                        "schemaConfiguration": {
                            "roleArn": "{role.arn}",
                            "databaseName": "fortress_dev",
                            "tableName": "order_events",
                        },
                    },
                }
            ),
        },
        change={"extendedS3Configuration": {**_to_s3, "bufferingInterval": 600}},
        outputs=("arn",),
    ),
    Sample(
        name="workgroup",
        token="aws:athena/workgroup:Workgroup",
        inputs={
            "name": "fortress-dev",
            "forceDestroy": True,
            "configuration": (
                _limits := {
                    "enforceWorkgroupConfiguration": True,
                    "bytesScannedCutoffPerQuery": 10485760,
                    "resultConfiguration": {
                        "outputLocation": "s3://results/",
                        "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": "{key.arn}"},
                    },
                }
            ),
        },
        change={"configuration": {**_limits, "bytesScannedCutoffPerQuery": 20971520}},
        outputs=("arn",),
    ),
]

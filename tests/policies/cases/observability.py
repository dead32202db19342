"""Good and bad logs, trails, alarms, zones, certificates and budgets."""

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
_TRAIL_TYPE = "aws:cloudtrail/trail:Trail"
_ZONE_TYPE = "aws:route53/zone:Zone"
_TRAIL = {
    "isMultiRegionTrail": True,
    "includeGlobalServiceEvents": True,
    "enableLogging": True,
    "enableLogFileValidation": True,
    "kmsKeyId": _KEY,
    "cloudWatchLogsGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*",
    "eventSelectors": [{"readWriteType": "All", "dataResources": [{"type": "AWS::S3::Object", "values": ["arn"]}]}],
}

CASES = [
    Case(
        rule="LOG-01",
        type="aws:cloudwatch/logGroup:LogGroup",
        good={"retentionInDays": 365.0},
        bad={
            "for ever": {"retentionInDays": REMOVED},
            "for ever in numbers": {"retentionInDays": 0.0},
            "a month": {"retentionInDays": 30.0},
        },
    ),
    Case(
        rule="LOG-02",
        type="aws:cloudwatch/logGroup:LogGroup",
        good={"kmsKeyId": _KEY},
        bad={"AWS's key": {"kmsKeyId": REMOVED}},
    ),
    Case(
        rule="TRL-01",
        type=_TRAIL_TYPE,
        good=_TRAIL,
        bad={
            "one region": {"isMultiRegionTrail": REMOVED},
            "no global events": {"includeGlobalServiceEvents": False},
            "off": {"enableLogging": False},
            "writes alone": {"eventSelectors.0.readWriteType": "WriteOnly"},
        },
    ),
    Case(
        rule="TRL-02",
        type=_TRAIL_TYPE,
        good=_TRAIL,
        bad={
            "unsigned": {"enableLogFileValidation": REMOVED},
            "AWS's key": {"kmsKeyId": REMOVED},
            "unwatched": {"cloudWatchLogsGroupArn": REMOVED},
        },
    ),
    Case(
        rule="TRL-03",
        type=_TRAIL_TYPE,
        good=_TRAIL,
        bad={
            "none": {"eventSelectors": REMOVED},
            "another kind": {"eventSelectors.0.dataResources.0.type": "AWS::Lambda::Function"},
        },
        also_good={
            "the newer form": {
                "eventSelectors": REMOVED,
                "advancedEventSelectors": [
                    {"fieldSelectors": [{"field": "resources.type", "equals": ["AWS::S3::Object"]}]}
                ],
            }
        },
    ),
    Case(
        rule="MON-01",
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        good={"alarmActions": ["arn:aws:sns:eu-west-1:123456789012:alerts"]},
        bad={"nobody": {"alarmActions": []}, "switched off": {"actionsEnabled": False}},
    ),
    Case(
        rule="MON-02",
        type="aws:sns/topic:Topic",
        good={"kmsMasterKeyId": _KEY},
        bad={"plain": {"kmsMasterKeyId": REMOVED}, "AWS's key": {"kmsMasterKeyId": "alias/aws/sns"}},
    ),
    Case(
        rule="MON-03",
        type="aws:amp/workspace:Workspace",
        good={"kmsKeyArn": _KEY, "loggingConfiguration": {"logGroupArn": "arn"}},
        bad={"AWS's key": {"kmsKeyArn": REMOVED}, "no log": {"loggingConfiguration": REMOVED}},
        parameters={"query_logging": True},
    ),
    Case(
        rule="MON-04",
        type="aws:sns/topicPolicy:TopicPolicy",
        good={
            "policy": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "sns:Publish",
                        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
                    }
                ]
            }
        },
        bad={"anybody": {"policy.Statement.0.Condition": REMOVED}},
    ),
    GraphCase(
        rule="DNS-01",
        anchor="zone",
        good={
            "zone": Resource(type=_ZONE_TYPE),
            "log": Resource(type="aws:route53/queryLog:QueryLog", references={"zoneId": "zone"}),
        },
        bad={"none": {"log": REMOVED}},
        also_good={"private": {"log": REMOVED, "zone.vpcs": [{"vpcId": "vpc-1"}]}},
    ),
    GraphCase(
        rule="DNS-02",
        anchor="zone",
        good={
            "zone": Resource(type=_ZONE_TYPE),
            "signing": Resource(
                type="aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
                properties={"signingStatus": "SIGNING"},
                references={"hostedZoneId": "zone"},
            ),
        },
        bad={"none": {"signing": REMOVED}, "off": {"signing.signingStatus": "NOT_SIGNING"}},
        also_good={"private": {"signing": REMOVED, "zone.vpcs": [{"vpcId": "vpc-1"}]}},
    ),
    Case(
        rule="ACM-01",
        type="aws:acm/certificate:Certificate",
        good={
            "domainName": "api.example.com",
            "subjectAlternativeNames": ["www.example.com"],
            "validationMethod": "DNS",
            "keyAlgorithm": "EC_prime256v1",
        },
        bad={
            "by mail": {"validationMethod": "EMAIL"},
            "a weak key": {"keyAlgorithm": "RSA_1024"},
            "every host": {"subjectAlternativeNames.0": "*.example.com"},
            "unlogged": {"options": {"certificateTransparencyLoggingPreference": "DISABLED"}},
        },
    ),
    Case(
        rule="BUD-01",
        type="aws:budgets/budget:Budget",
        good={"limitAmount": "100", "notifications": [{"subscriberSnsTopicArns": ["arn"]}]},
        bad={
            "no limit": {"limitAmount": REMOVED},
            "no notification": {"notifications": []},
            "nobody hears": {"notifications.0.subscriberSnsTopicArns": []},
            "nobody hears the second": {"notifications.1": {"threshold": 100.0}},
        },
        also_good={"by mail": {"notifications.0": {"subscriberEmailAddresses": ["owner@example.com"]}}},
    ),
]

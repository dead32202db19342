"""Metrics with the sets of dimensions that AWS measures them by, as far as anything here looks at them.

A metric that is asked for by another set has no data, and CloudWatch does not say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_AWS = "https://docs.aws.amazon.com"


@dataclass(frozen=True, kw_only=True)
class Documented:
    """Metrics of one namespace that are measured by the same dimensions, and the page that says so."""

    namespace: str
    dimensions: frozenset[str]
    metrics: frozenset[str]
    source: str


def _documented(namespace: str, dimensions: str, metrics: str, page: str) -> Documented:
    return Documented(
        namespace=namespace,
        dimensions=frozenset(filter(None, dimensions.split(", "))),
        metrics=frozenset(metrics.split()),
        source=f"{_AWS}/{page}",
    )


DOCUMENTED = (
    _documented(
        "AWS/ApplicationELB",
        "LoadBalancer",
        "RequestCount HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count HTTPCode_ELB_5XX_Count TargetResponseTime",
        "elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    ),
    _documented(
        "AWS/ApplicationELB",
        "LoadBalancer, TargetGroup",
        "HealthyHostCount UnHealthyHostCount",
        "elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    ),
    _documented(
        "AWS/WAFV2",
        "WebACL, Region, Rule",
        "AllowedRequests BlockedRequests",
        "waf/latest/developerguide/waf-metrics.html",
    ),
    _documented(
        "AWS/RDS",
        "DBInstanceIdentifier",
        "CPUUtilization DatabaseConnections FreeStorageSpace ReadLatency WriteLatency",
        "AmazonRDS/latest/UserGuide/rds-metrics.html",
    ),
    _documented(
        "AWS/EKS",
        "ClusterName",
        "apiserver_request_total apiserver_request_total_429 apiserver_request_total_5XX scheduler_pending_pods "
        "scheduler_pending_pods_UNSCHEDULABLE",
        "eks/latest/userguide/cloudwatch.html",
    ),
    _documented(
        "AWS/Logs",
        "LogGroupName",
        "IncomingBytes IncomingLogEvents",
        "AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
    ),
    _documented(
        "AWS/RDS",
        "ProxyName",
        "ClientConnections DatabaseConnections DatabaseConnectionsBorrowLatency",
        "AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html",
    ),
    _documented(
        "AWS/ElastiCache",
        "CacheClusterId",
        "EngineCPUUtilization DatabaseMemoryUsagePercentage Evictions CacheHits CacheMisses",
        "AmazonElastiCache/latest/dg/CacheMetrics.Redis.html",
    ),
    _documented(
        "AWS/Kafka",
        "Cluster Name",
        "ActiveControllerCount OfflinePartitionsCount",
        "msk/latest/developerguide/metrics-details.html",
    ),
    _documented(
        "AWS/Kafka",
        "Cluster Name, Broker ID",
        "KafkaDataLogsDiskUsed",
        "msk/latest/developerguide/metrics-details.html",
    ),
    _documented(
        "AWS/Kafka",
        "Cluster Name, Consumer Group, Topic",
        "SumOffsetLag",
        "msk/latest/developerguide/metrics-details.html",
    ),
    _documented(
        "AWS/Firehose",
        "DeliveryStreamName",
        "DeliveryToS3.DataFreshness FailedConversion.Records ThrottledRecords",
        "firehose/latest/dev/monitoring-with-cloudwatch-metrics.html",
    ),
    _documented(
        "AWS/Backup",
        "BackupVaultName",
        "NumberOfBackupJobsCompleted NumberOfBackupJobsExpired NumberOfBackupJobsFailed",
        "aws-backup/latest/devguide/cloudwatch.html",
    ),
    _documented(
        "AWS/Route53",
        "HostedZoneId",
        "DNSSECInternalFailure DNSSECKeySigningKeysNeedingAction",
        "Route53/latest/DeveloperGuide/monitoring-hosted-zones-with-cloudwatch.html",
    ),
    _documented(
        "AWS/Events",
        "RuleName",
        "MatchedEvents",
        "eventbridge/latest/userguide/eb-monitoring.html",
    ),
)

_SETS: Mapping[tuple[str, frozenset[str]], frozenset[str]] = {
    (each.namespace, each.dimensions): each.metrics for each in DOCUMENTED
}


def is_documented(namespace: str, metric: str, dimensions: frozenset[str]) -> bool:
    """Whether AWS measures the metric by exactly these dimensions."""
    return metric in _SETS.get((namespace, dimensions), ())

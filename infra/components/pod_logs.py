"""What containers print, read on every node and written to CloudWatch Logs: a collector as a node's agent."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from infra.shared.alarms import Alarm, Comparison, MissingData, raise_alarms
from infra.shared.dashboard import Panel, Widget, lines
from infra.shared.iam import Statement
from infra.shared.kubernetes import egress_to_cluster_basics, labels, network_policy, selector_labels
from infra.shared.naming import content_name
from infra.shared.pod_logs_config import LOG_FOLDER, NODE_NAME, Destination, pod_logs_config
from infra.shared.ports import Port
from infra.shared.quantities import Resources
from infra.shared.roles import pod_identity

NAMESPACE = "kube-system"
"""Where agents of the nodes run: the restricted profile has no place for one that reads a node's files."""
_NAME = "pod-logs"
_CONFIG_FOLDER = "/etc/collector"
_CONFIG_FILE = "config.yaml"
_STATE_FOLDER = "/var/lib/pod-logs"
"""Where reading stopped, on the node: a new agent goes on from there."""
_RESOURCES = Resources(cpu_millicores=50, memory_mebibytes=200)
_METRICS = "AWS/Logs"
_ALARMS = (
    Alarm(
        name="arrival",
        description="For half an hour nothing has arrived of what pods print, and some of them always print",
        namespace=_METRICS,
        metric_name="IncomingLogEvents",
        statistic="Sum",
        comparison=Comparison.BELOW,
        threshold=1,
        period_seconds=900,
        evaluation_periods=2,
        missing_data=MissingData.BREACHING,
    ),
)
_OWNER_OF_THE_FILES = 0
"""The kubelet's log files are root's; it reads them by owning them, without a capability."""


@dataclass(frozen=True, kw_only=True)
class PodLogsArgs:
    """Which collector reads, and which groups the lines go to."""

    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    image: pulumi.Input[str]
    region: str
    service_namespace: str
    """Whose lines go to a group of their own."""
    service_log_group_name: pulumi.Input[str]
    service_log_group_arn: pulumi.Input[str]
    platform_log_group_name: str
    """For all that other pods print: gateway, controllers, collectors."""
    log_retention_days: int
    log_key_arn: pulumi.Input[str]
    dns_cidrs: Sequence[str]
    alarm_topic_arn: pulumi.Input[str]


class PodLogs(pulumi.ComponentResource):
    """A DaemonSet that may read what containers print and write two log groups, and nothing else.

    What it fails to send it tries again and keeps on the node, so a lasting failure shows as lines that do not arrive:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """

    panel: Panel

    def __init__(self, name: str, args: PodLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:PodLogs", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        platform = aws.cloudwatch.LogGroup(
            name,
            name=args.platform_log_group_name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._child,
        )
        boundary = network_policy(
            name,
            namespace=NAMESPACE,
            name=_NAME,
            pod_labels=selector_labels(_NAME),
            ingress=[],
            egress=egress_to_cluster_basics(args.dns_cidrs),
            opts=self._child,
        )
        configuration = self._configuration(args, platform)
        agent = self._daemon_set(args, configuration, [boundary, *self._identity(args, platform)])
        dimensions = {"LogGroupName": platform.name}
        self.panel = Panel(
            widgets=[
                Widget(
                    title="Lines of the platform's pods that arrived",
                    lines=lines(_METRICS, dimensions, {"IncomingLogEvents": "Sum"}),
                )
            ],
            alarm_arns=raise_alarms(
                _ALARMS,
                name,
                dimensions=dimensions,
                topic_arn=args.alarm_topic_arn,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[agent]),
            ),
        )
        self.register_outputs({})

    def _metadata(self) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=_NAME, namespace=NAMESPACE, labels=labels(_NAME, "telemetry"))

    def _identity(self, args: PodLogsArgs, platform: aws.cloudwatch.LogGroup) -> list[pulumi.Resource]:
        """The service account and its AWS role; the association stands before any pod."""
        account = k8s.core.v1.ServiceAccount(
            self._name, metadata=self._metadata(), automount_service_account_token=False, opts=self._child
        )
        access = pod_identity(
            self._name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=_NAME,
            rights=[_write_lines(args.service_log_group_arn, platform.arn)],
            parent=self,
        )
        return [account, *access]

    def _configuration(self, args: PodLogsArgs, platform: aws.cloudwatch.LogGroup) -> k8s.core.v1.ConfigMap:
        def configured(groups: Sequence[str]) -> str:
            service, others = groups
            return pod_logs_config(
                region=args.region,
                state_folder=_STATE_FOLDER,
                destinations={
                    "service": Destination(log_group_name=service, namespaces=(args.service_namespace,)),
                    "platform": Destination(log_group_name=others),
                },
                without=f"{NAMESPACE}_{_NAME}",
            )

        configuration = pulumi.Output.all(args.service_log_group_name, platform.name).apply(configured)
        return k8s.core.v1.ConfigMap(
            self._name,
            metadata={
                "name": configuration.apply(lambda content: content_name(_NAME, content)),
                "namespace": NAMESPACE,
                "labels": labels(_NAME, "telemetry"),
            },
            data={_CONFIG_FILE: configuration},
            opts=self._child,
        )

    def _daemon_set(
        self, args: PodLogsArgs, configuration: k8s.core.v1.ConfigMap, before: Sequence[pulumi.Resource]
    ) -> k8s.apps.v1.DaemonSet:
        return k8s.apps.v1.DaemonSet(
            self._name,
            metadata=self._metadata(),
            spec=k8s.apps.v1.DaemonSetSpecArgs(
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector_labels(_NAME)),
                template=k8s.core.v1.PodTemplateSpecArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels(_NAME, "telemetry")),
                    spec=k8s.core.v1.PodSpecArgs(
                        service_account_name=_NAME,
                        automount_service_account_token=False,
                        enable_service_links=False,
                        priority_class_name="system-node-critical",
                        tolerations=[k8s.core.v1.TolerationArgs(operator="Exists")],
                        security_context=k8s.core.v1.PodSecurityContextArgs(
                            seccomp_profile=k8s.core.v1.SeccompProfileArgs(type="RuntimeDefault")
                        ),
                        containers=[_container(args)],
                        volumes=_volumes(configuration),
                    ),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(before)),
        )


def _container(args: PodLogsArgs) -> k8s.core.v1.ContainerArgs:
    health = k8s.core.v1.HTTPGetActionArgs(path="/", port=int(Port.COLLECTOR_HEALTH))
    quantities = _RESOURCES.as_quantities()
    return k8s.core.v1.ContainerArgs(
        name=_NAME,
        image=args.image,
        args=[f"--config={_CONFIG_FOLDER}/{_CONFIG_FILE}"],
        env=[
            k8s.core.v1.EnvVarArgs(
                name=NODE_NAME,
                value_from=k8s.core.v1.EnvVarSourceArgs(
                    field_ref=k8s.core.v1.ObjectFieldSelectorArgs(field_path="spec.nodeName")
                ),
            )
        ],
        resources=k8s.core.v1.ResourceRequirementsArgs(requests=quantities, limits={"memory": quantities["memory"]}),
        security_context=k8s.core.v1.SecurityContextArgs(
            run_as_user=_OWNER_OF_THE_FILES,
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=k8s.core.v1.CapabilitiesArgs(drop=["ALL"]),
        ),
        readiness_probe=k8s.core.v1.ProbeArgs(http_get=health, period_seconds=10),
        liveness_probe=k8s.core.v1.ProbeArgs(http_get=health, period_seconds=10),
        volume_mounts=[
            k8s.core.v1.VolumeMountArgs(name="configuration", mount_path=_CONFIG_FOLDER, read_only=True),
            k8s.core.v1.VolumeMountArgs(name="logs", mount_path=LOG_FOLDER, read_only=True),
            k8s.core.v1.VolumeMountArgs(name="state", mount_path=_STATE_FOLDER),
        ],
    )


def _volumes(configuration: k8s.core.v1.ConfigMap) -> list[k8s.core.v1.VolumeArgs]:
    return [
        k8s.core.v1.VolumeArgs(
            name="configuration",
            config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=configuration.metadata.name),
        ),
        k8s.core.v1.VolumeArgs(
            name="logs", host_path=k8s.core.v1.HostPathVolumeSourceArgs(path=LOG_FOLDER, type="Directory")
        ),
        k8s.core.v1.VolumeArgs(
            name="state", host_path=k8s.core.v1.HostPathVolumeSourceArgs(path=_STATE_FOLDER, type="DirectoryOrCreate")
        ),
    ]


def _write_lines(*log_group_arns: pulumi.Input[str]) -> Statement:
    """Streams in groups that are there: the agent may make no group, which would keep everything for ever."""
    return Statement(
        sid="WriteLines",
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[
            resource for arn in log_group_arns for resource in (arn, pulumi.Output.concat(arn, ":log-stream:*"))
        ],
    )

"""The OpenTelemetry collector in the cluster: the one place that traces leave through."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.collector_config import collector_config
from infra.shared.iam import Statement
from infra.shared.kubernetes import (
    egress_to_cluster_basics,
    labels,
    peers_in_namespace,
    restricted_container_security,
    restricted_namespace_labels,
    restricted_pod_security,
    selector_labels,
    spread_over_zones,
    tcp,
)
from infra.shared.naming import content_name
from infra.shared.ports import Port
from infra.shared.quantities import Resources
from infra.shared.roles import pod_identity

NAMESPACE = "observability"
_NAME = "collector"
_CONFIG_FOLDER = "/etc/collector"
_CONFIG_FILE = "config.yaml"
_WRITE_TRACES = Statement(
    sid="WriteTraces", actions=["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources=["*"]
)


@dataclass(frozen=True, kw_only=True)
class CollectorArgs:
    """Which collector, how many, and from whom."""

    kubernetes_version: str
    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    image: pulumi.Input[str]
    replicas: int
    resources: Resources
    region: str
    dns_cidrs: Sequence[str]
    client_namespaces: Sequence[str]
    """Whose pods may send."""


class Collector(pulumi.ComponentResource):
    """A Deployment behind a Service, which may write traces and nothing else."""

    endpoint: pulumi.Output[str]
    """Where OTLP over HTTP is taken."""

    def __init__(self, name: str, args: CollectorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:observability:Collector", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        namespace = k8s.core.v1.Namespace(
            name,
            metadata={"name": NAMESPACE, "labels": restricted_namespace_labels(args.kubernetes_version)},
            opts=self._child,
        )
        self._in_namespace = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        self._network_policy(args)
        deployment = self._deployment(args, self._identity(args), self._configuration(args))
        service = k8s.core.v1.Service(
            name,
            metadata=self._metadata(),
            spec=k8s.core.v1.ServiceSpecArgs(
                type="ClusterIP",
                selector=selector_labels(_NAME),
                ports=[
                    k8s.core.v1.ServicePortArgs(name=label, port=int(port), target_port=int(port))
                    for label, port in (("otlp-grpc", Port.OTLP_GRPC), ("otlp-http", Port.OTLP_HTTP))
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )
        k8s.policy.v1.PodDisruptionBudget(
            name,
            metadata=self._metadata(),
            spec=k8s.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable=1, selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector_labels(_NAME))
            ),
            opts=self._in_namespace,
        )
        self.endpoint = service.spec.cluster_ip.apply(lambda address: f"http://{address}:{int(Port.OTLP_HTTP)}")
        self.register_outputs({"endpoint": self.endpoint})

    def _metadata(self) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=_NAME, namespace=NAMESPACE, labels=labels(_NAME, "telemetry"))

    def _identity(self, args: CollectorArgs) -> list[pulumi.Resource]:
        """The service account and its AWS role; the association stands before any pod."""
        account = k8s.core.v1.ServiceAccount(
            self._name,
            metadata=self._metadata(),
            automount_service_account_token=False,
            opts=self._in_namespace,
        )
        access = pod_identity(
            self._name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=NAMESPACE,
            service_account=_NAME,
            rights=[_WRITE_TRACES],
            parent=self,
        )
        return [account, *access]

    def _configuration(self, args: CollectorArgs) -> k8s.core.v1.ConfigMap:
        configuration = collector_config(region=args.region)
        return k8s.core.v1.ConfigMap(
            self._name,
            metadata={
                "name": content_name(_NAME, configuration),
                "namespace": NAMESPACE,
                "labels": labels(_NAME, "telemetry"),
            },
            data={_CONFIG_FILE: configuration},
            opts=self._in_namespace,
        )

    def _deployment(
        self, args: CollectorArgs, identity: Sequence[pulumi.Resource], configuration: k8s.core.v1.ConfigMap
    ) -> k8s.apps.v1.Deployment:
        return k8s.apps.v1.Deployment(
            self._name,
            metadata=self._metadata(),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=args.replicas,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector_labels(_NAME)),
                template=k8s.core.v1.PodTemplateSpecArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels(_NAME, "telemetry")),
                    spec=k8s.core.v1.PodSpecArgs(
                        service_account_name=_NAME,
                        automount_service_account_token=False,
                        security_context=restricted_pod_security(),
                        topology_spread_constraints=spread_over_zones(selector_labels(_NAME)),
                        containers=[_container(args)],
                        volumes=[
                            k8s.core.v1.VolumeArgs(
                                name="configuration",
                                config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=configuration.metadata.name),
                            )
                        ],
                    ),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*identity]),
        )

    def _network_policy(self, args: CollectorArgs) -> None:
        k8s.networking.v1.NetworkPolicy(
            self._name,
            metadata=self._metadata(),
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(),
                policy_types=["Ingress", "Egress"],
                ingress=[
                    k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                        from_=[peers_in_namespace(namespace) for namespace in args.client_namespaces],
                        ports=tcp(Port.OTLP_GRPC, Port.OTLP_HTTP),
                    )
                ],
                egress=egress_to_cluster_basics(args.dns_cidrs),
            ),
            opts=self._in_namespace,
        )


def _container(args: CollectorArgs) -> k8s.core.v1.ContainerArgs:
    health = k8s.core.v1.HTTPGetActionArgs(path="/", port=int(Port.COLLECTOR_HEALTH))
    quantities = args.resources.as_quantities()
    return k8s.core.v1.ContainerArgs(
        name=_NAME,
        image=args.image,
        args=[f"--config={_CONFIG_FOLDER}/{_CONFIG_FILE}"],
        ports=[
            k8s.core.v1.ContainerPortArgs(name="otlp-grpc", container_port=int(Port.OTLP_GRPC)),
            k8s.core.v1.ContainerPortArgs(name="otlp-http", container_port=int(Port.OTLP_HTTP)),
        ],
        resources=k8s.core.v1.ResourceRequirementsArgs(requests=quantities, limits=quantities),
        security_context=restricted_container_security(),
        readiness_probe=k8s.core.v1.ProbeArgs(http_get=health, period_seconds=2),
        liveness_probe=k8s.core.v1.ProbeArgs(http_get=health, period_seconds=10),
        volume_mounts=[k8s.core.v1.VolumeMountArgs(name="configuration", mount_path=_CONFIG_FOLDER, read_only=True)],
    )

"""What runs in the cluster for everybody: Istio's control plane, Argo Rollouts, enforced network policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.shared.kubernetes import PART_OF

_ISTIO_NAMESPACE = "istio-system"
ROLLOUTS_NAMESPACE = "argo-rollouts"
ROLLOUTS_SERVICE_ACCOUNT = "argo-rollouts"
"""As the chart names it."""
_RUNTIME_DEFAULT = {"type": "RuntimeDefault"}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart at one version."""

    repository: str
    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class AddOnsArgs:
    """Which charts, and how many of each controller."""

    istio_charts: str
    istio_version: str
    rollouts_charts: str
    rollouts_version: str
    controller_replicas: int


class AddOns(pulumi.ComponentResource):
    """The controllers, each before whatever it serves."""

    ready: Sequence[pulumi.Resource]
    """What custom resources wait for, and what `destroy` deletes after them."""

    def __init__(self, name: str, args: AddOnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:AddOns", name, None, opts)
        self._name = name
        child = pulumi.ResourceOptions(parent=self)
        k8s.core.v1.ConfigMap(
            f"{name}-network-policy-controller",
            metadata={"name": "amazon-vpc-cni", "namespace": "kube-system"},
            data={"enable-network-policy-controller": "true"},
            opts=child,
        )
        istiod = self._istio(args)
        rollouts_namespace = self._namespace(ROLLOUTS_NAMESPACE)
        rollouts = self._release(
            "argo-rollouts",
            rollouts_namespace,
            Chart(repository=args.rollouts_charts, name="argo-rollouts", version=args.rollouts_version),
            {
                "keepCRDs": True,
                "controller": {
                    "replicas": args.controller_replicas,
                    "pdb": {"enabled": True, "maxUnavailable": 1},
                    "resources": _requests(cpu="100m", memory="128Mi"),
                    "logging": {"format": "json"},
                },
            },
        )
        self.ready = [istiod, rollouts]
        self.register_outputs({})

    def _istio(self, args: AddOnsArgs) -> k8s.helm.v3.Release:
        namespace = self._namespace(_ISTIO_NAMESPACE)

        def chart(name: str) -> Chart:
            return Chart(repository=args.istio_charts, name=name, version=args.istio_version)

        base = self._release("istio-base", namespace, chart("base"), {})
        return self._release(
            "istiod",
            namespace,
            chart("istiod"),
            {
                "autoscaleEnabled": False,
                "replicaCount": args.controller_replicas,
                "seccompProfile": _RUNTIME_DEFAULT,
                "resources": _requests(cpu="250m", memory="512Mi"),
                "sidecarInjectorWebhook": {"enableNamespacesByDefault": False},
                "global": {"logAsJson": True},
            },
            depends_on=[base],
        )

    def _namespace(self, namespace: str) -> k8s.core.v1.Namespace:
        return k8s.core.v1.Namespace(
            f"{self._name}-{namespace}",
            metadata={"name": namespace, "labels": {"app.kubernetes.io/part-of": PART_OF}},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _release(
        self,
        release: str,
        namespace: k8s.core.v1.Namespace,
        chart: Chart,
        values: Mapping[str, Any],
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> k8s.helm.v3.Release:
        return k8s.helm.v3.Release(
            f"{self._name}-{release}",
            name=release,
            namespace=namespace.metadata.name,
            chart=chart.name,
            version=chart.version,
            repository_opts={"repo": chart.repository},
            values=dict(values),
            atomic=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(depends_on)),
        )


def _requests(*, cpu: str, memory: str) -> dict[str, dict[str, str]]:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}

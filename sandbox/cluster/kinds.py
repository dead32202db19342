"""The kinds the local cluster knows; one that is missing here is refused by the provider."""

from dataclasses import dataclass

POD_TEMPLATE_HASH = "pod-template-hash"
ROLLOUTS_POD_TEMPLATE_HASH = "rollouts-pod-template-hash"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of object and its place in the API.

    `force_new` are the property paths that the real provider replaces an object for (pulumi-kubernetes, diff.go);
    `controlled` the paths that a controller writes: they survive a declaration that leaves them out, as they do under
    server-side apply.
    """

    api_version: str
    name: str
    plural: str
    namespaced: bool = True
    force_new: tuple[str, ...] = ()
    controlled: tuple[str, ...] = ()

    def path(self, namespace: str, name: str = "") -> str:
        """The REST path of one object, or of the collection when `name` is empty."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        scope = f"/namespaces/{namespace}" if self.namespaced else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


NAMESPACE = Kind(api_version="v1", name="Namespace", plural="namespaces", namespaced=False)
CONFIG_MAP = Kind(api_version="v1", name="ConfigMap", plural="configmaps", force_new=("data", "binaryData"))
SECRET = Kind(api_version="v1", name="Secret", plural="secrets", force_new=("type", "stringData", "data"))
POD = Kind(api_version="v1", name="Pod", plural="pods", force_new=("spec",))
ENDPOINTS = Kind(api_version="v1", name="Endpoints", plural="endpoints")
SERVICE = Kind(
    api_version="v1",
    name="Service",
    plural="services",
    force_new=("spec.clusterIP",),
    controlled=("spec.clusterIP", f"spec.selector.{ROLLOUTS_POD_TEMPLATE_HASH}"),
)
DEPLOYMENT = Kind(api_version="apps/v1", name="Deployment", plural="deployments", force_new=("spec.selector",))
REPLICA_SET = Kind(api_version="apps/v1", name="ReplicaSet", plural="replicasets", force_new=("spec.selector",))
JOB = Kind(
    api_version="batch/v1",
    name="Job",
    plural="jobs",
    force_new=("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
)
AUTOSCALER = Kind(api_version="autoscaling/v2", name="HorizontalPodAutoscaler", plural="horizontalpodautoscalers")
ROLLOUT = Kind(api_version="argoproj.io/v1alpha1", name="Rollout", plural="rollouts")
ANALYSIS_TEMPLATE = Kind(api_version="argoproj.io/v1alpha1", name="AnalysisTemplate", plural="analysistemplates")
GATEWAY = Kind(api_version="networking.istio.io/v1", name="Gateway", plural="gateways")
VIRTUAL_SERVICE = Kind(api_version="networking.istio.io/v1", name="VirtualService", plural="virtualservices")
DESTINATION_RULE = Kind(api_version="networking.istio.io/v1", name="DestinationRule", plural="destinationrules")
HELM_RELEASE = Kind(
    api_version="helm.sh/v3", name="Release", plural="releases", force_new=("spec.name", "spec.namespace")
)
TARGET_GROUP_BINDINGS = tuple(
    Kind(api_version=version, name="TargetGroupBinding", plural="targetgroupbindings")
    for version in ("eks.amazonaws.com/v1", "elbv2.k8s.aws/v1beta1")
)
RECORDS = (
    Kind(api_version="v1", name="ServiceAccount", plural="serviceaccounts"),
    Kind(api_version="v1", name="ResourceQuota", plural="resourcequotas", force_new=("spec.scopes",)),
    Kind(api_version="v1", name="LimitRange", plural="limitranges"),
    Kind(api_version="v1", name="PersistentVolumeClaim", plural="persistentvolumeclaims", force_new=("spec",)),
    Kind(api_version="policy/v1", name="PodDisruptionBudget", plural="poddisruptionbudgets"),
    Kind(api_version="networking.k8s.io/v1", name="NetworkPolicy", plural="networkpolicies"),
    Kind(api_version="rbac.authorization.k8s.io/v1", name="Role", plural="roles"),
    Kind(api_version="rbac.authorization.k8s.io/v1", name="RoleBinding", plural="rolebindings", force_new=("roleRef",)),
    Kind(api_version="rbac.authorization.k8s.io/v1", name="ClusterRole", plural="clusterroles", namespaced=False),
    Kind(
        api_version="rbac.authorization.k8s.io/v1",
        name="ClusterRoleBinding",
        plural="clusterrolebindings",
        namespaced=False,
        force_new=("roleRef",),
    ),
    Kind(api_version="scheduling.k8s.io/v1", name="PriorityClass", plural="priorityclasses", namespaced=False),
)
"""Kept and shown, with nothing behind them locally."""

KINDS = (
    *(NAMESPACE, CONFIG_MAP, SECRET, POD, ENDPOINTS, SERVICE, DEPLOYMENT, REPLICA_SET, JOB, AUTOSCALER, ROLLOUT),
    *(ANALYSIS_TEMPLATE, GATEWAY, VIRTUAL_SERVICE, DESTINATION_RULE, HELM_RELEASE, *TARGET_GROUP_BINDINGS, *RECORDS),
)
BY_NAME = {(kind.api_version, kind.name): kind for kind in KINDS}
BY_PLURAL = {(kind.api_version, kind.plural): kind for kind in KINDS}

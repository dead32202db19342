"""The kinds the local cluster knows; one that is missing here is refused by the provider."""

from dataclasses import dataclass

POD_TEMPLATE_HASH, ROLLOUTS_POD_TEMPLATE_HASH = "pod-template-hash", "rollouts-pod-template-hash"


@dataclass(frozen=True)
class Kind:
    """One kind of object and its place in the API.

    `force_new` are the property paths that the real provider replaces an object for (pulumi-kubernetes, diff.go);
    `controlled` the paths that a controller writes: they survive a declaration that leaves them out, as they do under
    server-side apply.
    """

    api_version: str
    name: str
    plural: str
    force_new: tuple[str, ...] = ()
    namespaced: bool = True
    controlled: tuple[str, ...] = ()

    def path(self, namespace: str, name: str = "") -> str:
        """The REST path of one object, or of the collection when `name` is empty."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        scope = f"/namespaces/{namespace}" if self.namespaced else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


_ARGO, _ISTIO, _RBAC = "argoproj.io/v1alpha1", "networking.istio.io/v1", "rbac.authorization.k8s.io/v1"
_KEDA = "keda.sh/v1alpha1"
_ADMISSION = "admissionregistration.k8s.io/v1"
_JOB_FIELDS = ("spec.completions", "spec.parallelism", "spec.selector", "spec.template")
_SERVICE_FIELDS = ("spec.clusterIP", f"spec.selector.{ROLLOUTS_POD_TEMPLATE_HASH}")

NAMESPACE = Kind("v1", "Namespace", "namespaces", namespaced=False)
CONFIG_MAP = Kind("v1", "ConfigMap", "configmaps", ("data", "binaryData"))
SECRET = Kind("v1", "Secret", "secrets", ("type", "stringData", "data"))
POD = Kind("v1", "Pod", "pods", ("spec",))
ENDPOINTS = Kind("v1", "Endpoints", "endpoints")
SERVICE = Kind("v1", "Service", "services", ("spec.clusterIP",), controlled=_SERVICE_FIELDS)
DEPLOYMENT = Kind("apps/v1", "Deployment", "deployments", ("spec.selector",))
REPLICA_SET = Kind("apps/v1", "ReplicaSet", "replicasets", ("spec.selector",))
JOB = Kind("batch/v1", "Job", "jobs", _JOB_FIELDS)
AUTOSCALER = Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
ROLLOUT = Kind(_ARGO, "Rollout", "rollouts")
ANALYSIS_TEMPLATE = Kind(_ARGO, "AnalysisTemplate", "analysistemplates")
ANALYSIS_RUN = Kind(_ARGO, "AnalysisRun", "analysisruns")
GATEWAY = Kind(_ISTIO, "Gateway", "gateways")
VIRTUAL_SERVICE = Kind(_ISTIO, "VirtualService", "virtualservices")
DESTINATION_RULE = Kind(_ISTIO, "DestinationRule", "destinationrules")
HELM_RELEASE = Kind("helm.sh/v3", "Release", "releases")
TARGET_GROUP_BINDINGS = tuple(
    Kind(version, "TargetGroupBinding", "targetgroupbindings")
    for version in ("eks.amazonaws.com/v1", "elbv2.k8s.aws/v1beta1")
)
RECORDS = (
    Kind("v1", "ServiceAccount", "serviceaccounts"),
    Kind("v1", "ResourceQuota", "resourcequotas", ("spec.scopes",)),
    Kind("v1", "LimitRange", "limitranges"),
    Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", ("spec",)),
    Kind("apps/v1", "DaemonSet", "daemonsets", ("spec.selector",)),
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    Kind(_KEDA, "ScaledObject", "scaledobjects"),
    Kind(_KEDA, "TriggerAuthentication", "triggerauthentications"),
    Kind("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", namespaced=False),
    Kind("karpenter.sh/v1", "NodePool", "nodepools", namespaced=False),
    Kind(_RBAC, "Role", "roles"),
    Kind(_RBAC, "RoleBinding", "rolebindings", ("roleRef",)),
    Kind(_RBAC, "ClusterRole", "clusterroles", namespaced=False),
    Kind(_RBAC, "ClusterRoleBinding", "clusterrolebindings", ("roleRef",), namespaced=False),
    Kind(_ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", namespaced=False),
    Kind(_ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", namespaced=False),
)
"""Kept and shown, with nothing behind them locally."""

KINDS = (
    *(NAMESPACE, CONFIG_MAP, SECRET, POD, ENDPOINTS, SERVICE, DEPLOYMENT, REPLICA_SET, JOB, AUTOSCALER, ROLLOUT),
    *(
        ANALYSIS_TEMPLATE,
        ANALYSIS_RUN,
        GATEWAY,
        VIRTUAL_SERVICE,
        DESTINATION_RULE,
        HELM_RELEASE,
        *TARGET_GROUP_BINDINGS,
        *RECORDS,
    ),
)
BY_NAME = {(kind.api_version, kind.name): kind for kind in KINDS}
BY_PLURAL = {(kind.api_version, kind.plural): kind for kind in KINDS}

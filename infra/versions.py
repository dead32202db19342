"""Every version that the platform pins.

Renovate reads the comments (`.github/renovate.json`). Of MSK's versions and the add-ons' only AWS itself tells.
"""

# renovate: datasource=endoflife-date depName=amazon-eks
EKS = "1.35"
# renovate: datasource=endoflife-date depName=amazon-rds-postgresql
POSTGRESQL = "18"
# renovate: datasource=endoflife-date depName=valkey
VALKEY = "8.2"
# https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html
KAFKA = "4.1.x.kraft"

# aws eks describe-addon-versions --addon-name metrics-server
METRICS_SERVER_ADD_ON = "v0.8.0-eksbuild.2"

# aws eks describe-addon-versions --addon-name eks-pod-identity-agent
POD_IDENTITY_AGENT_ADD_ON = "v1.3.10-eksbuild.2"
# aws eks describe-addon-versions --addon-name vpc-cni
VPC_CNI_ADD_ON = "v1.21.1-eksbuild.8"
# aws eks describe-addon-versions --addon-name kube-proxy
KUBE_PROXY_ADD_ON = "v1.35.3-eksbuild.5"
# aws eks describe-addon-versions --addon-name coredns
COREDNS_ADD_ON = "v1.14.2-eksbuild.4"

EKS_CHARTS = "https://aws.github.io/eks-charts"
# renovate: datasource=helm depName=aws-load-balancer-controller registryUrl=https://aws.github.io/eks-charts
LOAD_BALANCER_CONTROLLER = "3.5.0"

AUTOSCALER_CHARTS = "https://kubernetes.github.io/autoscaler"
# renovate: datasource=helm depName=cluster-autoscaler registryUrl=https://kubernetes.github.io/autoscaler
CLUSTER_AUTOSCALER_CHART = "9.59.0"
# renovate: datasource=docker depName=registry.k8s.io/autoscaling/cluster-autoscaler
CLUSTER_AUTOSCALER = "v1.35.2"

ISTIO_CHARTS = "https://istio-release.storage.googleapis.com/charts"
# renovate: datasource=helm depName=istiod registryUrl=https://istio-release.storage.googleapis.com/charts
ISTIO = "1.29.2"

ARGO_CHARTS = "https://argoproj.github.io/argo-helm"
# renovate: datasource=helm depName=argo-rollouts registryUrl=https://argoproj.github.io/argo-helm
ARGO_ROLLOUTS = "2.40.4"

KEDA_CHARTS = "https://kedacore.github.io/charts"
# renovate: datasource=helm depName=keda registryUrl=https://kedacore.github.io/charts
KEDA = "2.20.2"

UPSTREAM_REGISTRIES = {"ecr-public": "public.ecr.aws", "k8s": "registry.k8s.io", "quay": "quay.io"}
"""Registries that are mirrored: those that ask ECR for no credential."""
DOCKER_HUB = "docker-hub"
GITHUB = "github"
GUARDED_REGISTRIES = {DOCKER_HUB: "registry-1.docker.io", GITHUB: "ghcr.io"}
"""Registries that ask ECR for a credential, and are mirrored where there is one."""

ARGO_ROLLOUTS_REPOSITORY = "quay/argoproj/argo-rollouts"
LOAD_BALANCER_CONTROLLER_REPOSITORY = "ecr-public/eks/aws-load-balancer-controller"
CLUSTER_AUTOSCALER_REPOSITORY = "k8s/autoscaling/cluster-autoscaler"
COLLECTOR_REPOSITORY = "ecr-public/aws-observability/aws-otel-collector"
"""As they are named under the prefix of our own registry: upstream first."""

# renovate: datasource=docker depName=public.ecr.aws/aws-observability/aws-otel-collector
COLLECTOR = "v0.43.3"
COLLECTOR_DIGEST = "sha256:8aa9ea5f67b8d318f7d6af24677e3c70f7098bc0631147cb5fa91addbe980b06"


def postgresql_family() -> str:
    """The RDS parameter group family of the pinned PostgreSQL; both change together."""
    return f"postgres{POSTGRESQL.split('.', maxsplit=1)[0]}"


def valkey_family() -> str:
    """The ElastiCache parameter group family of the pinned Valkey; both change together."""
    return f"valkey{VALKEY.split('.', maxsplit=1)[0]}"


def collector_image() -> str:
    """The collector's image, as it is named under the prefix of our own registry."""
    return f"{COLLECTOR_REPOSITORY}:{COLLECTOR}@{COLLECTOR_DIGEST}"

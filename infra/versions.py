"""Every version that the platform pins. The comments are read by the update bot (Renovate's regex manager)."""

# renovate: datasource=endoflife-date depName=amazon-eks
EKS = "1.35"
# renovate: datasource=endoflife-date depName=amazon-rds-postgresql
POSTGRESQL = "18"
# renovate: datasource=endoflife-date depName=valkey
VALKEY = "8.2"
# renovate: datasource=custom.msk depName=msk
KAFKA = "4.1.x.kraft"

# renovate: datasource=custom.eks-addon depName=metrics-server
METRICS_SERVER_ADD_ON = "v0.8.0-eksbuild.2"

ISTIO_CHARTS = "https://istio-release.storage.googleapis.com/charts"
# renovate: datasource=helm depName=istiod registryUrl=https://istio-release.storage.googleapis.com/charts
ISTIO = "1.29.2"

ARGO_CHARTS = "https://argoproj.github.io/argo-helm"
# renovate: datasource=helm depName=argo-rollouts registryUrl=https://argoproj.github.io/argo-helm
ARGO_ROLLOUTS = "2.40.4"

COLLECTOR_REPOSITORY = "public.ecr.aws/aws-observability/aws-otel-collector"
# renovate: datasource=docker depName=public.ecr.aws/aws-observability/aws-otel-collector
COLLECTOR = "v0.43.3"


def postgresql_family() -> str:
    """The RDS parameter group family of the pinned PostgreSQL; both change together."""
    return f"postgres{POSTGRESQL.split('.', maxsplit=1)[0]}"


def valkey_family() -> str:
    """The ElastiCache parameter group family of the pinned Valkey; both change together."""
    return f"valkey{VALKEY.split('.', maxsplit=1)[0]}"


def collector_image() -> str:
    """The collector's image."""
    return f"{COLLECTOR_REPOSITORY}:{COLLECTOR}"

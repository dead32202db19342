"""What the workload's tests stand it in."""

from infra.components.workload import (
    CacheConnection,
    CanaryStep,
    Connections,
    DatabaseConnection,
    IdentityConnection,
    Scale,
    StreamConnection,
    WorkloadArgs,
)
from infra.shared.arn import Account
from infra.shared.choices import CacheAuthentication, DatabaseAuthentication, DatabaseTls, StreamSecurityProtocol
from infra.shared.quantities import Resources
from tests.infra.program import IMAGE_DIGEST

ACCOUNT = Account(account_id="123456789012", region="eu-central-1")
STREAM_ARN = "arn:aws:kafka:eu-central-1:123456789012:cluster/fortress/uuid-1"
REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev/orders"
API = Resources(cpu_millicores=250, memory_mebibytes=512)
WORKER = Resources(cpu_millicores=100, memory_mebibytes=256)


def connections(authentication: DatabaseAuthentication = DatabaseAuthentication.IAM) -> Connections:
    """Connections as on AWS."""
    return Connections(
        database=DatabaseConnection(
            host="database.example.com",
            port=5432,
            name="orders",
            user="orders",
            resource_id="db-RESOURCE",
            secret_arn="arn:secret",
            key_arn="arn:key:database",
            authentication=authentication,
            tls=DatabaseTls.REQUIRE,
        ),
        cache=CacheConnection(
            host="cache.example.com",
            port=6379,
            cluster_name="cache-1",
            arn="arn:cache",
            user="fortress-dev-orders",
            user_arn="arn:cache:user",
            authentication=CacheAuthentication.IAM,
            tls=True,
        ),
        stream=StreamConnection(
            arn=STREAM_ARN,
            bootstrap_servers="b-1.kafka.example.com:9098",
            security_protocol=StreamSecurityProtocol.SASL_SSL,
            order_events_topic="order-events",
        ),
        identity=IdentityConnection(
            issuer="https://issuer.example.com",
            jwks_url="https://issuer.example.com/.well-known/jwks.json",
            client_id="client-1",
            scope_prefix="orders-api",
        ),
        collector_endpoint="http://172.20.0.10:4318",
    )


def workload_args(image_digest: str = IMAGE_DIGEST) -> WorkloadArgs:
    """A workload as in dev."""
    return WorkloadArgs(
        account=ACCOUNT,
        environment="dev",
        repository_url=REPOSITORY,
        image_digest=image_digest,
        log_level="INFO",
        kubernetes_version="1.35",
        cluster_name="fortress-dev",
        cluster_arn="arn:cluster",
        connections=connections(),
        scale=Scale(
            least_replicas=3,
            most_replicas=6,
            target_cpu_percent=60,
            relay_replicas=1,
            consumer_replicas=2,
            api=API,
            worker=WORKER,
        ),
        canary_steps=[
            CanaryStep(weight_percent=25, pause_seconds=60),
            CanaryStep(weight_percent=50, pause_seconds=30),
        ],
        pause_before_stop_seconds=10,
        grace_seconds=45,
        request_timeout_seconds=10,
        gateway="istio-ingress/gateway",
        hosts=["api.example.com"],
        ingress_namespace="istio-ingress",
        telemetry_namespace="observability",
        data_cidrs=["10.30.160.0/21", "10.30.168.0/21"],
        dns_cidrs=["172.20.0.0/16", "10.30.0.0/16"],
    )

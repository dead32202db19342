"""What the workload's tests stand it in."""

from typing import Any

from infra.components.workload import (
    CacheConnection,
    Connections,
    DatabaseConnection,
    IdentityConnection,
    LakeConnection,
    LettersConnection,
    Prometheus,
    Scale,
    ServiceObjectivesArgs,
    StreamConnection,
    WorkloadArgs,
)
from infra.shared.arn import Account
from infra.shared.choices import CacheAuthentication, DatabaseAuthentication, DatabaseTls, StreamSecurityProtocol
from infra.shared.objectives import Objectives
from infra.shared.quantities import Resources
from infra.shared.release import Analysis, Budgets, Measuring, Release, Step, Strategy
from tests.infra.program import IMAGE_DIGEST

ACCOUNT = Account(account_id="123456789012", region="eu-central-1")
LAKE_ARN = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/fortress-dev-order-events"
STREAM_ARN = "arn:aws:kafka:eu-central-1:123456789012:cluster/fortress/uuid-1"
REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev/orders"
API = Resources(cpu_millicores=250, memory_mebibytes=512)
PROMETHEUS = Prometheus(address="https://aps.example.com/workspaces/ws-1/", region="eu-central-1")
OBJECTIVES = ServiceObjectivesArgs(
    objectives=Objectives(availability_percent=99.9, latency_percent=95, latency_milliseconds=200, window_days=30),
    workspace_id="ws-1",
    runbook_url="https://example.com/alerts.md",
)
WORKER = Resources(cpu_millicores=100, memory_mebibytes=256)


def connections(
    authentication: DatabaseAuthentication = DatabaseAuthentication.IAM,
    *,
    tls: DatabaseTls = DatabaseTls.REQUIRE,
    pooled: bool = False,
) -> Connections:
    """Connections as on AWS."""
    return Connections(
        database=DatabaseConnection(
            host="database.example.com",
            port=5432,
            name="orders",
            pooled_host="proxy.example.com" if pooled else None,
            user="orders",
            migrator="orders_migrator",
            resource_id="db-RESOURCE",
            pooled_resource_id="prx-1" if pooled else None,
            secret_arn="arn:secret",
            key_arn="arn:key:database",
            authentication=authentication,
            tls=tls,
            root_certificate="-----BEGIN CERTIFICATE-----",
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
            retry_topics=["order-events-retry-soon", "order-events-retry-later"],
            dead_letter_topic="order-events-dead",
        ),
        identity=IdentityConnection(
            issuer="https://issuer.example.com",
            jwks_url="https://issuer.example.com/.well-known/jwks.json",
            client_id="client-1",
            scope_prefix="orders-api",
        ),
        letters=LettersConnection(
            sender="orders@example.com",
            identity_arn="arn:aws:ses:eu-central-1:123456789012:identity/example.com",
            configuration_set_arn="arn:aws:ses:eu-central-1:123456789012:configuration-set/fortress-dev",
            user_pool_id="pool-1",
            user_pool_arn="arn:aws:cognito-idp:eu-central-1:123456789012:userpool/pool-1",
        ),
        lake=LakeConnection(stream_name="fortress-dev-order-events", stream_arn=LAKE_ARN),
        collector_endpoint="http://172.20.0.10:4318",
    )


def workload_args(image_digest: str = IMAGE_DIGEST, within: Connections | None = None) -> WorkloadArgs:
    """A workload as in dev."""
    return WorkloadArgs(
        account=ACCOUNT,
        environment="dev",
        repository_url=REPOSITORY,
        image_digest=image_digest,
        log_level="INFO",
        requests_per_minute=6_000,
        traces_sampled_percent=25,
        kubernetes_version="1.35",
        cluster_name="fortress-dev",
        cluster_arn="arn:cluster",
        connections=within or connections(),
        scale=Scale(
            least_replicas=3,
            most_replicas=6,
            target_cpu_percent=60,
            relay_replicas=1,
            consumer_replicas=2,
            most_consumers=6,
            events_per_consumer=500,
            webhook_replicas=2,
            api=API,
            worker=WORKER,
        ),
        release=release(),
        prometheus=PROMETHEUS,
        objectives=OBJECTIVES,
        pause_before_stop_seconds=10,
        grace_seconds=45,
        request_timeout_seconds=10,
        gateway="istio-ingress/gateway",
        hosts=["api.example.com"],
        ingress_namespace="istio-ingress",
        telemetry_namespace="observability",
        data_cidrs=["10.30.160.0/21", "10.30.168.0/21"],
        scraper_cidrs=["10.30.0.0/20"],
        dns_cidrs=["172.20.0.0/16", "10.30.0.0/16"],
    )


def release(strategy: Strategy = Strategy.CANARY, **changes: Any) -> Release:
    """A release by each strategy as a stack might have it."""
    steps = (
        Step(weight_percent=25),
        Step(analyses=(Analysis.SUCCESS_RATE, Analysis.LATENCY)),
        Step(weight_percent=50),
        Step(pause_seconds=60),
        Step(approval=True),
    )
    given: dict[str, Any] = {
        "strategy": strategy,
        "steps": steps if strategy is Strategy.CANARY else (),
        "watched": () if strategy is Strategy.ROLLING else (Analysis.SUCCESS_RATE,),
        "promote_after_seconds": 30,
        "approval_seconds": 600,
        "progress_deadline_seconds": 300,
        "scale_down_delay_seconds": 120,
        "abort_scale_down_delay_seconds": 60,
        "measuring": Measuring(
            warm_up_seconds=20,
            interval_seconds=10,
            window_seconds=30,
            measurements=5,
            failure_limit=1,
            inconclusive_limit=2,
            least_requests=20,
        ),
        "budgets": Budgets(
            least_success_percent=99,
            most_success_drop_percent=1,
            most_p99_milliseconds=300,
            most_p99_times_stable=1.5,
            least_p99_milliseconds=100,
            most_saturation_percent=90,
            most_saturation_times_stable=2,
            least_confirmed_percent=50,
            most_confirmed_drop_percent=10,
        ),
    }
    return Release(**given | changes)

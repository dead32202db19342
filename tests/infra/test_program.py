from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from infra.shared.naming import NameLimit
from infra.shared.protection import PROTECTED_TYPES
from tests.infra.program import MANAGED, PLATFORM_ONLY, RUNS, STACKS, WHOLE_STACKS, Run, run_program
from tests.infra.recorder import Graph, Registered

Program = Callable[[Run], Graph]
OUTPUTS = {
    "api_url",
    "apply_role_arn",
    "cache_endpoint",
    "cluster_name",
    "database_endpoint",
    "ds_record",
    "identity_issuer",
    "image_digest",
    "jwks_url",
    "load_balancer_dns_name",
    "name_servers",
    "order_events_topic",
    "plan_role_arn",
    "region",
    "repository_url",
    "stream_bootstrap_servers",
    "user_pool_client_id",
    "user_pool_id",
    "vpc_id",
}
ACCOUNT_COMPONENTS = {
    "fortress:account:AuditTrail",
    "fortress:account:GuardRails",
    "fortress:account:Spending",
    "fortress:data:Backups",
}
RELEASE = "kubernetes:helm.sh/v3:Release"
CHART_IDENTITIES = {
    "add-ons-argo-rollouts": ("argo-rollouts", "argo-rollouts"),
    "event-scaling": ("keda", "keda-operator"),
    "node-scaling": ("cluster-autoscaler", "cluster-autoscaler"),
    "target-binding": ("aws-load-balancer-controller", "aws-load-balancer-controller"),
}
GUARDED_ZONE = ("domain-queries", "domain-signing")
IN_VIRGINIA = {
    *GUARDED_ZONE,
    *("domain-signing-failed", "domain-signing-keys", "keys-virginia-alerts"),
    *("alerts-virginia", "alerts-virginia-pager", "alerts-virginia-platform"),
}
PULUMI_SUFFIX_LENGTH = len("-0123456")
AUTONAMED_WITHIN = {
    "aws:lb/loadBalancer:LoadBalancer": NameLimit.LOAD_BALANCER,
    "aws:lb/targetGroup:TargetGroup": NameLimit.TARGET_GROUP,
    "aws:elasticache/replicationGroup:ReplicationGroup": NameLimit.ELASTICACHE_REPLICATION_GROUP,
    "aws:iam/role:Role": NameLimit.IAM_ROLE,
    "aws:s3/bucket:Bucket": NameLimit.S3_BUCKET,
}

every_run = pytest.mark.parametrize("run", RUNS, ids=str)
every_stack = pytest.mark.parametrize("run", [*WHOLE_STACKS, MANAGED], ids=str)


def custom(graph: Graph) -> list[Registered]:
    return [resource for resource in graph if resource.custom and not resource.type.startswith("pulumi:")]


@every_run
def test_a_stack_exports_what_others_need(program: Program, run: Run) -> None:
    assert set(program(run).outputs) == OUTPUTS


def test_two_runs_of_the_program_want_the_same() -> None:
    first, second = (run_program(WHOLE_STACKS[0]) for _ in range(2))
    assert {each.urn: each.inputs for each in first} == {each.urn: each.inputs for each in second}


@every_run
def test_no_resource_falls_back_on_a_default_provider(program: Program, run: Run) -> None:
    graph = program(run)
    explicit = {provider.urn for provider in graph if provider.type.startswith("pulumi:providers:")}
    assert {graph.by_urn[urn].name for urn in explicit} == {"aws", "kubernetes"}
    for resource in custom(graph):
        provider_urn = resource.provider.rpartition("::")[0]
        assert provider_urn in explicit, f"{resource.urn} has provider {resource.provider!r}"
        package = resource.type.partition(":")[0]
        assert graph.by_urn[provider_urn].type == f"pulumi:providers:{package}"


@every_run
def test_every_resource_belongs_to_a_component(program: Program, run: Run) -> None:
    for resource in custom(program(run)):
        assert ":fortress:" in resource.parent or "::fortress:" in resource.parent, resource.urn


@every_run
def test_every_component_registers_its_outputs(program: Program, run: Run) -> None:
    graph = program(run)
    components = {resource.urn for resource in graph if resource.type.startswith("fortress:")}
    assert components <= set(graph.outputs_of)


@every_run
def test_no_logical_name_holds_an_environment_or_an_index(program: Program, run: Run) -> None:
    for resource in custom(program(run)):
        words = resource.name.split("-")
        assert not {*STACKS, *map(str, range(10))} & set(words), resource.name


@every_stack
def test_names_that_pulumi_completes_stay_within_the_limits(program: Program, run: Run) -> None:
    for resource in custom(program(run)):
        limit = AUTONAMED_WITHIN.get(resource.type)
        assert limit is None or len(resource.name) + PULUMI_SUFFIX_LENGTH <= limit, resource.name


def test_without_an_image_the_platform_stands_and_the_workload_is_missing(program: Program) -> None:
    whole, platform = program(Run(stack="dev")), program(PLATFORM_ONLY)
    missing = set(whole.by_urn) - set(platform.by_urn)
    waits_for_delegation = ("CertificateValidation", "load-balancer-https")
    assert all("fortress:workload:" in urn or any(word in urn for word in waits_for_delegation) for urn in missing)
    assert not [urn for urn in platform.by_urn if "fortress:workload:" in urn]


@every_stack
def test_preview_registers_the_same_resources_as_up(program: Program, run: Run) -> None:
    previewed = program(replace(run, preview=True))
    assert set(previewed.by_urn) == set(program(run).by_urn)


@every_stack
def test_only_what_route_53_looks_for_there_is_in_another_region(program: Program, run: Run) -> None:
    elsewhere = {
        resource.name: resource.inputs["region"] for resource in custom(program(run)) if "region" in resource.inputs
    }
    assert elsewhere == (dict.fromkeys(IN_VIRGINIA, "us-east-1") if run.stack == "prod" else {})


def test_the_zone_is_signed_and_its_queries_are_logged_where_a_stack_says_so(program: Program) -> None:
    told = {stack: program(Run(stack=stack)).outputs["ds_record"] for stack in STACKS}
    assert told == {"local": "", "dev": "", "prod": "4711 13 2 D165"}
    logged = {stack for stack in STACKS if program(Run(stack=stack)).of_type("aws:route53/queryLog:QueryLog")}
    assert logged == {"prod"}


@every_stack
def test_every_log_group_is_encrypted_and_forgets(program: Program, run: Run) -> None:
    log_groups = program(run).of_type("aws:cloudwatch/logGroup:LogGroup")
    assert log_groups
    for log_group in log_groups:
        region = log_group.inputs.get("region", "eu-central-1")
        key = {"eu-central-1": "keys-telemetry", "us-east-1": "domain-queries"}[region]
        assert log_group.inputs["kmsKeyId"] == f"arn:aws:kms:{region}:123456789012:key/{key}"
        assert log_group.inputs["retentionInDays"] > 0


@every_stack
def test_every_alarm_is_heard(program: Program, run: Run) -> None:
    graph = program(run)
    topics = {topic.inputs.get("region"): topic for topic in graph.of_type("aws:sns/topic:Topic")}
    for alarm in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm"):
        assert graph.stands_on(alarm, topics[alarm.inputs.get("region")])
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] != []


@every_stack
def test_no_password_is_an_input_anywhere(program: Program, run: Run) -> None:
    for resource in custom(program(run)):
        assert not {"password", "authToken", "masterPassword", "passwords"} & set(resource.inputs), resource.urn


@every_stack
def test_what_runs_in_the_cluster_is_deleted_before_the_right_to_enter_it(program: Program, run: Run) -> None:
    graph = program(run)
    entries = graph.of_type("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert entries
    objects = [resource for resource in custom(graph) if resource.type.startswith("kubernetes:")]
    assert all(graph.stands_on(resource, entry) for resource in objects for entry in entries)


@every_stack
def test_custom_resources_are_deleted_before_their_controllers(program: Program, run: Run) -> None:
    graph = program(run)
    controllers = {
        "networking.istio.io": graph.one("kubernetes:helm.sh/v3:Release", "add-ons-istiod"),
        "argoproj.io": graph.one("kubernetes:helm.sh/v3:Release", "add-ons-argo-rollouts"),
    }
    for keda in graph.of_type(RELEASE):
        if keda.name == "event-scaling":
            controllers["keda.sh"] = keda
    if run.managed_nodes:
        controllers["elbv2.k8s.aws"] = graph.one(RELEASE, "target-binding")
    for group, controller in controllers.items():
        served = [resource for resource in graph if resource.type.startswith(f"kubernetes:{group}/")]
        assert served
        assert all(graph.stands_on(resource, controller) for resource in served)


def test_consumers_are_scaled_by_an_operator_that_is_there_where_a_stack_says_so(program: Program) -> None:
    for stack, scaled in (("local", False), ("dev", True), ("prod", True)):
        graph = program(Run(stack=stack))
        assert bool(graph.of_type("kubernetes:keda.sh/v1alpha1:ScaledObject")) is scaled
        assert any(each.name == "event-scaling" for each in graph.of_type(RELEASE)) is scaled
        consumer = graph.one("kubernetes:apps/v1:Deployment", "orders-consumer-worker")
        assert ("replicas" not in consumer.inputs["spec"]) is scaled


def test_nodes_are_read_where_there_are_nodes(program: Program) -> None:
    agents = {stack for stack in STACKS if program(Run(stack=stack)).of_type("kubernetes:apps/v1:DaemonSet")}
    assert agents == {"dev", "prod"}


@every_stack
def test_nothing_reads_a_kubernetes_secret(program: Program, run: Run) -> None:
    for resource in custom(program(run)):
        if resource.type.startswith("kubernetes:") and resource.type != RELEASE:
            assert resource.type != "kubernetes:core/v1:Secret"
            assert not {"secret", "secretRef", "secretKeyRef", "secretTargetRef"} & set(keys(resource.inputs))


def keys(value: object) -> Iterator[str]:
    """Every key in a document, however deep."""
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        case list():
            for each in value:
                yield from keys(each)


@every_stack
def test_the_load_balancer_is_deleted_before_its_subnets_and_after_its_binding(program: Program, run: Run) -> None:
    graph = program(run)
    balancer = graph.one("aws:lb/loadBalancer:LoadBalancer")
    public = [subnet for subnet in graph.of_type("aws:ec2/subnet:Subnet") if subnet.inputs["tags"]["Tier"] == "public"]
    assert all(graph.stands_on(balancer, subnet) for subnet in public)
    group = "elbv2.k8s.aws/v1beta1" if run.managed_nodes else "eks.amazonaws.com/v1"
    binding = graph.one(f"kubernetes:{group}:TargetGroupBinding")
    assert graph.stands_on(binding, graph.one("aws:lb/targetGroup:TargetGroup"))


@every_run
def test_pods_wait_for_the_load_balancer_where_it_forwards_and_nowhere_else(program: Program, run: Run) -> None:
    graph = program(run)
    listeners = graph.of_type("aws:lb/listener:Listener")
    forwarded = any(action["type"] == "forward" for each in listeners for action in each.inputs["defaultActions"])
    labels = graph.one("kubernetes:core/v1:Namespace", "ingress").inputs["metadata"]["labels"]
    assert any(label.endswith("/pod-readiness-gate-inject") for label in labels) is forwarded
    assert forwarded is (run != PLATFORM_ONLY)


@every_stack
def test_every_pod_gets_its_aws_identity_before_it_is_admitted(program: Program, run: Run) -> None:
    graph = program(run)
    associations = {
        (each.inputs["namespace"], each.inputs["serviceAccount"]): each
        for each in graph.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    }
    templated = ("DaemonSet", "Deployment", "Rollout", "Job")
    workloads = [each for each in custom(graph) if each.type.rpartition(":")[2] in templated]
    assert len(workloads) == (7 if run.stack == "local" else 8)
    for chart, account in CHART_IDENTITIES.items():
        if controller := associations.pop(account, None):
            assert graph.stands_on(graph.one(RELEASE, chart), controller)
    assert len(associations) == len(workloads)
    for workload in workloads:
        account = workload.inputs["spec"]["template"]["spec"]["serviceAccountName"]
        association = associations[workload.inputs["metadata"]["namespace"], account]
        assert graph.stands_on(workload, association)


@every_stack
def test_the_migration_is_done_before_any_process_of_its_version_starts(program: Program, run: Run) -> None:
    graph = program(run)
    migration = graph.one("kubernetes:batch/v1:Job", "orders-migration")
    assert graph.stands_on(migration, graph.one("kubernetes:batch/v1:Job", "orders-roles"))
    rollout = graph.one("kubernetes:argoproj.io/v1alpha1:Rollout")
    workers = [each for each in graph.of_type("kubernetes:apps/v1:Deployment") if each.name != "collector"]
    assert len(workers) == 3
    assert all(graph.stands_on(process, migration) for process in (rollout, *workers))


@every_stack
def test_every_image_is_taken_by_digest_from_the_platforms_own_registry(program: Program, run: Run) -> None:
    for resource in program(run):
        template = resource.inputs.get("spec", {}).get("template", {}) if resource.custom else {}
        for container in template.get("spec", {}).get("containers", []):
            assert "@sha256:" in container["image"]
            assert f".amazonaws.com/fortress-{run.stack}/" in container["image"]


def test_only_prod_protects_its_stores(program: Program) -> None:
    protected = {
        stack: {resource.urn for resource in program(Run(stack=stack)) if resource.protect} for stack in STACKS
    }
    prod = program(Run(stack="prod"))
    stores = {resource.urn for resource in prod if resource.type in PROTECTED_TYPES}
    assert protected["local"] == set()
    assert {urn.rpartition("::")[2] for urn in protected["dev"]} == {"domain"}
    assert protected["prod"] == stores
    assert {"database", "stream-order-events", "identity", "logs"} <= {prod.by_urn[urn].name for urn in stores}


def test_the_account_is_kept_by_the_stack_that_says_so(program: Program) -> None:
    kept = {
        stack: {each.type.split(":")[-1] for each in program(Run(stack=stack)) if each.type in ACCOUNT_COMPONENTS}
        for stack in STACKS
    }
    assert kept == {"local": set(), "dev": {"Spending"}, "prod": {"AuditTrail", "Backups", "GuardRails", "Spending"}}
    keys = {stack: {key.name for key in program(Run(stack=stack)).of_type("aws:kms/key:Key")} for stack in STACKS}
    assert keys["prod"] - keys["local"] == {"keys-audit", "keys-backups", "keys-virginia-alerts", *GUARDED_ZONE}
    assert keys["dev"] == keys["local"]


def test_the_local_stack_answers_at_its_load_balancer_and_the_others_at_their_names(program: Program) -> None:
    assert {stack: program(Run(stack=stack)).outputs["api_url"] for stack in STACKS} == {
        "local": "https://load-balancer.elb.amazonaws.com",
        "dev": "https://api.dev.fortress.example.com",
        "prod": "https://api.fortress.example.com",
    }

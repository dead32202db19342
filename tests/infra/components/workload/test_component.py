from typing import Any

import kubernetes_validate
import pytest

from infra.components.workload import Workload
from infra.shared.choices import DatabaseTls
from tests.infra.components.workload.surroundings import REPOSITORY, connections, workload_args
from tests.infra.program import IMAGE_DIGEST
from tests.infra.recorder import Graph, Registered, record_component


def workload(image_digest: str = IMAGE_DIGEST, *, preview: bool = False) -> Graph:
    return record_component(lambda opts: Workload("orders", workload_args(image_digest), opts), preview=preview)


GRAPH = workload()
KUBERNETES = sorted((each for each in GRAPH if each.type.startswith("kubernetes:")), key=lambda each: each.urn)
MIGRATION = GRAPH.one("kubernetes:batch/v1:Job", "orders-migration")
ROLES = GRAPH.one("kubernetes:batch/v1:Job", "orders-roles")
CONFIGURATION = GRAPH.one("kubernetes:core/v1:ConfigMap", "orders-configuration")
CUSTOM_GROUPS = ("argoproj.io", "keda.sh", "networking.istio.io")
BUILT_IN = [each for each in KUBERNETES if not any(group in each.type for group in CUSTOM_GROUPS)]
TEMPLATED = [each for each in KUBERNETES if "template" in each.inputs.get("spec", {})]


def container_of(resource: Registered) -> dict[str, Any]:
    (container,) = resource.inputs["spec"]["template"]["spec"]["containers"]
    return container


def whole(value: Any) -> Any:
    """JSON numbers without a fraction are integers to Kubernetes."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: whole(each) for key, each in value.items()}
        case list():
            return [whole(each) for each in value]
    return value


ADMISSION = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
CLUSTER_WIDE = {ADMISSION, f"{ADMISSION}Binding"}


@pytest.mark.parametrize("resource", BUILT_IN, ids=lambda resource: f"{resource.type} {resource.name}")
def test_kubernetes_takes_every_object_strictly(resource: Registered) -> None:
    kubernetes_validate.validate(whole(resource.inputs), "1.35", strict=True)


@pytest.mark.parametrize("resource", KUBERNETES, ids=lambda resource: f"{resource.type} {resource.name}")
def test_everything_is_in_the_namespace_of_the_workload(resource: Registered) -> None:
    metadata = resource.inputs["metadata"]
    assert resource.type in CLUSTER_WIDE or metadata.get("namespace", metadata["name"]) == "orders"


@pytest.mark.parametrize("resource", TEMPLATED, ids=lambda resource: resource.name)
def test_every_pod_meets_the_restricted_profile(resource: Registered) -> None:
    pod = resource.inputs["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    security = container_of(resource)["securityContext"]
    assert security == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("resource", TEMPLATED, ids=lambda resource: resource.name)
def test_every_pod_runs_one_image_by_digest_and_knows_what_it_may_use(resource: Registered) -> None:
    container = container_of(resource)
    assert container["image"] == f"{REPOSITORY}@{IMAGE_DIGEST}"
    assert container["resources"]["limits"] == {"memory": container["resources"]["requests"]["memory"]}
    (config_map,) = container["envFrom"]
    assert config_map["configMapRef"]["name"] == CONFIGURATION.inputs["metadata"]["name"]


def test_each_process_has_its_command() -> None:
    assert sorted(container_of(resource)["command"][-1] for resource in TEMPLATED) == [
        "api",
        "consumer",
        "migrate",
        "relay",
        "roles",
        "webhooks",
    ]


@pytest.mark.parametrize("resource", TEMPLATED, ids=lambda resource: resource.name)
def test_every_selector_selects_its_own_pods(resource: Registered) -> None:
    labels = resource.inputs["spec"]["template"]["metadata"]["labels"]
    selector = resource.inputs["spec"].get("selector", {"matchLabels": {}})["matchLabels"]
    assert selector.items() <= labels.items()


def test_a_new_version_is_a_new_job_and_a_new_configuration() -> None:
    other = workload(f"sha256:{'cd' * 32}")
    for renewed in (MIGRATION, ROLES, CONFIGURATION):
        assert other.one(renewed.type, renewed.name).inputs["metadata"]["name"] != renewed.inputs["metadata"]["name"]
    assert MIGRATION.inputs["metadata"]["name"].startswith("orders-migrate-abababababab-")


def test_nothing_is_in_the_namespace_before_its_boundaries() -> None:
    namespace = GRAPH.one("kubernetes:core/v1:Namespace")
    denial = GRAPH.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "orders-boundaries-default-deny")
    for resource in TEMPLATED:
        assert GRAPH.stands_on(resource, namespace)
        assert GRAPH.stands_on(resource, denial)


def test_the_rollout_waits_for_the_schema_and_for_its_routes() -> None:
    rollout = GRAPH.one("kubernetes:argoproj.io/v1alpha1:Rollout")
    assert GRAPH.stands_on(rollout, MIGRATION)
    assert GRAPH.stands_on(MIGRATION, ROLES)
    assert GRAPH.stands_on(rollout, GRAPH.one("kubernetes:networking.istio.io/v1:VirtualService"))


def test_who_goes_through_the_proxy_believes_its_certificate_as_every_system_does() -> None:
    graph = record_component(lambda opts: Workload("orders", workload_args(within=connections(pooled=True)), opts))
    seen = {each.name: container_of(graph.by_urn[each.urn])["env"] for each in TEMPLATED}
    through = {name for name, env in seen.items() if {"name": "DATABASE_HOST", "value": "proxy.example.com"} in env}
    assert through == {"orders-rollout", "orders-consumer-worker", "orders-webhooks-worker"}
    assert {name for name, env in seen.items() if {"name": "DATABASE_CA_FILE", "value": ""} in env} == through


def test_without_tls_there_is_nobody_to_trust() -> None:
    plain = workload_args(within=connections(tls=DatabaseTls.DISABLE))
    graph = record_component(lambda opts: Workload("orders", plain, opts))
    config_map = graph.one("kubernetes:core/v1:ConfigMap")
    assert "DATABASE_CA_FILE" not in config_map.inputs["data"]
    assert CONFIGURATION.inputs["data"]["DATABASE_CA_FILE"] == "/etc/orders/trust/database.pem"


def test_preview_plans_the_same_objects() -> None:
    assert set(workload(preview=True).by_urn) == set(GRAPH.by_urn)

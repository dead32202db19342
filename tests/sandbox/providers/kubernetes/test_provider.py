"""The provider as an engine calls it, in front of a real cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.rpc import UNKNOWN

from sandbox.cluster.kinds import CONFIG_MAP, DEPLOYMENT, JOB, POD, SERVICE, Kind
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.kubernetes import KubernetesProvider
from sandbox.providers.properties import Properties, from_struct, to_struct
from tests.harness.local_cluster import LocalCluster, container, job, running_cluster, service, workload

CONTEXT: Any = None


@pytest.fixture
def offline() -> KubernetesProvider:
    return KubernetesProvider("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def provider(cluster: LocalCluster) -> KubernetesProvider:
    return KubernetesProvider(cluster.url)


def urn(kind: Kind | str, name: str) -> str:
    if isinstance(kind, Kind):
        kind = f"kubernetes:{'core/' if '/' not in kind.api_version else ''}{kind.api_version}:{kind.name}"
    return f"urn:pulumi:local::fortress::{kind}::{name}"


def check(
    provider: KubernetesProvider, kind: Kind | str, inputs: Properties, old: Properties | None = None
) -> tuple[Properties, dict[str, str]]:
    request = provider_pb2.CheckRequest(
        urn=urn(kind, "orders"), news=to_struct(inputs), olds=to_struct(old or {}), randomSeed=b"seed"
    )
    response = provider.Check(request, CONTEXT)
    return from_struct(response.inputs), {each.property: each.reason for each in response.failures}


def diff(provider: KubernetesProvider, kind: Kind, old: Properties, new: Properties) -> provider_pb2.DiffResponse:
    request = provider_pb2.DiffRequest(urn=urn(kind, "orders"), old_inputs=to_struct(old), news=to_struct(new))
    return provider.Diff(request, CONTEXT)


def create(
    provider: KubernetesProvider, kind: Kind, inputs: Properties, *, timeout: float = 0, preview: bool = False
) -> provider_pb2.CreateResponse:
    request = provider_pb2.CreateRequest(
        urn=urn(kind, "orders"), properties=to_struct(inputs), timeout=timeout, preview=preview
    )
    return provider.Create(request, CONTEXT)


def config_map(*, name: str | None = "settings", **data: str) -> Properties:
    metadata = {"namespace": "shop"} | ({"name": name} if name else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def deployment(name: str = "orders", **fields: Any) -> Properties:
    item = workload(DEPLOYMENT, name, container(**fields))
    return {**item, "metadata": {"name": name, "namespace": "shop"}}


def test_a_field_that_kubernetes_does_not_know_is_refused_with_its_path(offline: KubernetesProvider) -> None:
    _, failures = check(offline, DEPLOYMENT, deployment(comand=["x"]))
    assert list(failures) == ["spec.template.spec.containers[0].comand"]
    assert "'comand' is not a field here; allowed: args, command, env" in failures.popitem()[1]


def test_a_value_of_the_wrong_type_is_refused_with_its_path(offline: KubernetesProvider) -> None:
    _, failures = check(offline, DEPLOYMENT, workload(DEPLOYMENT, "orders", container(), replicas="three"))  # type: ignore[arg-type]
    assert list(failures) == ["spec.replicas"]


def test_a_selector_that_matches_no_pod_of_the_template_is_refused(offline: KubernetesProvider) -> None:
    item = deployment()
    item["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    assert check(offline, DEPLOYMENT, item)[1].keys() == {"spec.selector"}


@pytest.mark.parametrize(
    ("kind", "spec", "path"),
    [
        ("VirtualService", {"hosts": ["*"], "htttp": []}, "spec.htttp"),
        ("VirtualService", {"hosts": ["*"], "http": [{"route": [], "timeout": "5"}]}, "spec.http[0].timeout"),
        (
            "Gateway",
            {"servers": [{"hosts": ["*"], "port": {"number": 0, "name": "a", "protocol": "HTTP"}}]},
            "spec.servers[0].port.number",
        ),
        ("DestinationRule", {"host": "orders", "trafficPolicy": {"retries": 3}}, "spec.trafficPolicy.retries"),
    ],
)
def test_custom_resources_are_validated_too(
    offline: KubernetesProvider, kind: str, spec: Properties, path: str
) -> None:
    version = "networking.istio.io/v1"
    item = {"apiVersion": version, "kind": kind, "metadata": {"name": "orders"}, "spec": spec}
    assert path in check(offline, f"kubernetes:{version}:{kind}", item)[1]


def test_a_strategy_that_argo_does_not_know_is_refused(offline: KubernetesProvider) -> None:
    version = "argoproj.io/v1alpha1"
    item = {**deployment(), "apiVersion": version, "kind": "Rollout"}
    item["spec"]["strategy"] = {"canary": {"steps": [{"setWeight": 10, "pause": {}}, {"setWeight": 101}]}}
    failures = check(offline, f"kubernetes:{version}:Rollout", item)[1]
    assert failures.keys() == {"spec.strategy.canary.steps[0]", "spec.strategy.canary.steps[1].setWeight"}


def test_a_scaled_object_that_keda_would_not_take_is_refused(offline: KubernetesProvider) -> None:
    version = "keda.sh/v1alpha1"
    trigger = {"type": "prometheus", "metadata": {"threshold": 5}}
    spec = {
        "scaleTargetRef": {"name": "orders-consumer"},
        "minReplicas": 3,
        "maxReplicaCount": 0,
        "triggers": [trigger],
    }
    item = {"apiVersion": version, "kind": "ScaledObject", "metadata": {"name": "orders"}, "spec": spec}
    failures = check(offline, f"kubernetes:{version}:ScaledObject", item)[1]
    assert failures.keys() == {"spec.minReplicas", "spec.maxReplicaCount", "spec.triggers[0].metadata.threshold"}


def test_a_type_that_is_not_handled_says_where_to_add_it(offline: KubernetesProvider) -> None:
    item = {"apiVersion": "batch/v1", "kind": "CronJob"}
    (reason,) = check(offline, "kubernetes:batch/v1:CronJob", item)[1].values()
    assert "kubernetes:batch/v1:CronJob of resource 'orders'" in reason
    assert "sandbox/cluster/kinds.py" in reason


def test_unknown_values_pass_at_preview(offline: KubernetesProvider) -> None:
    item = config_map(DATABASE_HOST=UNKNOWN) | {"metadata": {"name": UNKNOWN, "labels": UNKNOWN}}
    assert check(offline, CONFIG_MAP, item)[1] == {}
    assert check(offline, DEPLOYMENT, {**deployment(), "spec": UNKNOWN})[1] == {}


def test_a_preview_of_a_service_has_an_unknown_address(offline: KubernetesProvider) -> None:
    response = create(offline, SERVICE, service("orders", "orders"), preview=True)
    assert from_struct(response.properties)["spec"]["clusterIP"] == UNKNOWN


def test_a_name_that_is_left_out_is_made_and_kept(offline: KubernetesProvider) -> None:
    first, _ = check(offline, CONFIG_MAP, config_map(name=None, a="1"))
    name = first["metadata"]["name"]
    assert name.startswith("orders-")
    assert len(name) == len("orders-") + 8
    second, _ = check(offline, CONFIG_MAP, config_map(name=None, a="2"), first)
    assert second["metadata"]["name"] == name
    assert first["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}


def test_the_data_of_a_config_map_forces_a_replacement(offline: KubernetesProvider) -> None:
    response = diff(offline, CONFIG_MAP, config_map(a="1"), config_map(a="2"))
    assert list(response.replaces) == ["data"]
    assert response.deleteBeforeReplace


def test_a_made_name_lets_the_new_one_stand_beside_the_old(offline: KubernetesProvider) -> None:
    old, new = (check(offline, CONFIG_MAP, config_map(name=None, a=value))[0] for value in "12")
    assert not diff(offline, CONFIG_MAP, old, new).deleteBeforeReplace


def test_metadata_that_is_not_known_yet_differs_and_names_nothing(offline: KubernetesProvider) -> None:
    response = diff(offline, CONFIG_MAP, config_map(a="1"), config_map(a="1") | {"metadata": UNKNOWN})
    assert "metadata" in response.diffs
    assert not response.deleteBeforeReplace


def test_mutable_config_maps_are_changed_in_place(offline: KubernetesProvider) -> None:
    offline.configure({"enableConfigMapMutable": True})
    response = diff(offline, CONFIG_MAP, config_map(a="1"), config_map(a="2"))
    assert (list(response.diffs), list(response.replaces)) == (["data"], [])


def test_a_job_is_replaced_when_its_template_changes(offline: KubernetesProvider) -> None:
    response = diff(offline, JOB, job("migrate", "1"), job("migrate", "2"))
    assert list(response.replaces) == ["spec"]
    path = "spec.template.spec.containers[0].command[2]"
    assert response.detailedDiff[path].kind == provider_pb2.PropertyDiff.Kind.UPDATE_REPLACE


def test_a_deployment_is_changed_in_place(offline: KubernetesProvider) -> None:
    response = diff(offline, DEPLOYMENT, deployment(version="one"), deployment(version="two"))
    assert (list(response.diffs), list(response.replaces)) == (["spec"], [])


def test_a_cluster_that_does_not_answer_is_named(offline: KubernetesProvider) -> None:
    with pytest.raises(ProviderError, match=r"local cluster at http://127\.0\.0\.1:9 does not answer"):
        create(offline, CONFIG_MAP, config_map())


@pytest.mark.parts
def test_an_object_is_made_read_changed_and_deleted(provider: KubernetesProvider) -> None:
    made = create(provider, CONFIG_MAP, config_map(a="1"))
    assert made.id == "shop/settings"
    request: Any = {"id": made.id, "urn": urn(CONFIG_MAP, "orders")}
    assert from_struct(provider.Read(provider_pb2.ReadRequest(**request), CONTEXT).properties)["data"] == {"a": "1"}
    olds: Any = {"olds": made.properties, "old_inputs": to_struct(config_map(a="1"))}
    news = to_struct(config_map(a="2"))
    updated = provider.Update(provider_pb2.UpdateRequest(**request, **olds, news=news), CONTEXT)
    assert from_struct(updated.properties)["data"] == {"a": "2"}
    for _ in range(2):
        provider.Delete(provider_pb2.DeleteRequest(**request), CONTEXT)
    assert provider.Read(provider_pb2.ReadRequest(**request), CONTEXT).id == ""


@pytest.mark.parts
def test_a_failing_job_shows_the_end_of_its_log(provider: KubernetesProvider) -> None:
    with pytest.raises(InitializationFailed, match="BackoffLimitExceeded") as caught:
        create(provider, JOB, job("failing", "print('no such table: orders'); raise SystemExit(3)"))
    assert "exit code 3; its log ends:\nno such table: orders" in str(caught.value)
    assert caught.value.id == "shop/failing"


@pytest.mark.parts
def test_a_job_whose_pod_is_gone_shows_its_log_all_the_same(provider: KubernetesProvider) -> None:
    item = job("retrying", "print('still no table'); raise SystemExit(3)")
    item["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure"
    with pytest.raises(InitializationFailed, match=r"BackoffLimitExceeded(.|\n)*still no table"):
        create(provider, JOB, item)


@pytest.mark.parts
def test_a_job_is_made_when_it_is_complete(provider: KubernetesProvider) -> None:
    response = create(provider, JOB, job("good", "print('migrated')"))
    assert from_struct(response.properties)["status"]["conditions"][0]["type"] == "Complete"


@pytest.mark.parts
def test_values_of_a_config_map_arrive_in_the_environment_and_in_files(
    provider: KubernetesProvider, cluster: LocalCluster, tmp_path: Path
) -> None:
    create(provider, CONFIG_MAP, config_map(name="arriving", PORT="8080"))
    result = tmp_path / "result"
    script = f"import os, sys; open({str(result)!r}, 'w').write(os.environ['PORT'] + ' ' + open(sys.argv[1]).read())"
    item = job("arriving", script)
    pod = item["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "config", "configMap": {"name": "arriving"}}]
    pod["containers"][0] |= {
        "args": ["/etc/orders/PORT"],
        "envFrom": [{"configMapRef": {"name": "arriving"}}],
        "volumeMounts": [{"name": "config", "mountPath": "/etc/orders"}],
    }
    create(provider, JOB, item)
    assert result.read_text() == "8080 8080"
    assert cluster.get(POD, "arriving") == {}


@pytest.mark.parts
def test_an_image_that_is_not_here_fails_at_once(provider: KubernetesProvider) -> None:
    with pytest.raises(InitializationFailed, match="ErrImagePull: image 'orders:latest' is not on this machine"):
        create(provider, DEPLOYMENT, deployment("imageless", image="orders:latest"))


@pytest.mark.parts
def test_a_crash_loop_shows_the_end_of_the_log(provider: KubernetesProvider) -> None:
    with pytest.raises(InitializationFailed, match=r"CrashLoopBackOff(.|\n)*boom") as caught:
        create(
            provider,
            DEPLOYMENT,
            deployment("crashing", command=["python", "-c", "raise SystemExit('boom')"]),
            timeout=2,
        )
    assert "exit code 1" in str(caught.value)


@pytest.mark.parts
def test_a_probe_that_fails_is_the_reason(provider: KubernetesProvider) -> None:
    probe = {"httpGet": {"path": "/ready", "port": 9}, "periodSeconds": 1}
    with pytest.raises(InitializationFailed, match=r"not ready after 2 s: (.|\n)*Readiness probe failed.*:9/ready"):
        create(provider, DEPLOYMENT, deployment("unready", readinessProbe=probe), timeout=2)


@pytest.mark.parts
def test_a_service_waits_for_a_pod_behind_it(provider: KubernetesProvider) -> None:
    item = service("lonely", "nobody")
    item["metadata"]["namespace"] = "shop"
    with pytest.raises(InitializationFailed, match=r"no ready pod has the labels .*nobody"):
        create(provider, SERVICE, item, timeout=0.2)
    item["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    create(provider, SERVICE, item)


@pytest.mark.parts
def test_a_namespace_that_is_missing_is_named(provider: KubernetesProvider) -> None:
    item = config_map(a="1")
    item["metadata"]["namespace"] = "nowhere"
    with pytest.raises(ProviderError, match='namespaces "nowhere" not found'):
        create(provider, CONFIG_MAP, item)

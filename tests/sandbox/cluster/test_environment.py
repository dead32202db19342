import base64
from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.environment import ConfigurationError, mounts, relocated, variables
from sandbox.cluster.store import Store

POD: dict[str, Any] = {
    "metadata": {"name": "orders-1", "namespace": "shop", "labels": {"app.kubernetes.io/version": "7"}},
    "spec": {
        "volumes": [
            {"name": "config", "configMap": {"name": "settings"}},
            {"name": "keys", "secret": {"secretName": "keys", "items": [{"key": "token", "path": "api/token"}]}},
            {"name": "scratch", "emptyDir": {}},
        ]
    },
    "status": {"podIP": "127.64.0.9"},
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "objects", lambda: None)
    metadata = {"namespace": "shop"}
    store.put(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {**metadata, "name": "settings"},
            "data": {"PORT": "8080"},
        }
    )
    secret = {"token": base64.b64encode(b"s3cret").decode()}
    store.put({"apiVersion": "v1", "kind": "Secret", "metadata": {**metadata, "name": "keys"}, "data": secret})
    return store


def test_values_come_from_where_the_container_says(store: Store) -> None:
    container = {
        "envFrom": [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "keys"}, "prefix": "API_"}],
        "env": [
            {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {
                "name": "VERSION",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app.kubernetes.io/version']"}},
            },
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}},
            {"name": "PORT_COPY", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "PORT"}}},
            {"name": "URL", "value": "http://$(HOST):$(PORT)/$$(PORT)/$(NOWHERE)"},
            {"name": "ABSENT", "valueFrom": {"configMapKeyRef": {"name": "gone", "key": "x", "optional": True}}},
        ],
    }
    assert variables(store, POD, container) == {
        "PORT": "8080",
        "API_token": "s3cret",
        "HOST": "127.64.0.9",
        "VERSION": "7",
        "TOKEN": "s3cret",
        "PORT_COPY": "8080",
        "URL": "http://127.64.0.9:8080/$(PORT)/$(NOWHERE)",
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"configMapKeyRef": {"name": "gone", "key": "x"}}, "there is no ConfigMap 'gone' in namespace 'shop'"),
        ({"configMapKeyRef": {"name": "settings", "key": "x"}}, "ConfigMap 'settings' has no key 'x'"),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "only fieldRef, configMapKeyRef and secretKeyRef"),
        ({"fieldRef": {"fieldPath": "spec.unheardOf"}}, "'spec.unheardOf' names nothing"),
    ],
)
def test_a_reference_to_nothing_says_to_what(store: Store, source: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        variables(store, POD, {"env": [{"name": "X", "valueFrom": source}]})


def test_volumes_are_files_and_their_paths_are_found_in_arguments(store: Store, tmp_path: Path) -> None:
    container = {
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/orders"},
            {"name": "keys", "mountPath": "/var/keys/"},
            {"name": "scratch", "mountPath": "/tmp"},
        ]
    }
    found = mounts(store, POD, container, tmp_path / "volumes")
    assert Path(relocated("/etc/orders/PORT", found)).read_text() == "8080"
    assert Path(relocated("/var/keys/api/token", found)).read_text() == "s3cret"
    assert relocated("--config=/etc/orders", found) == f"--config={found['/etc/orders']}"
    assert relocated("/etc/orders-elsewhere /data/tmp", found) == "/etc/orders-elsewhere /data/tmp"
    assert found["/tmp"].is_dir()

from pathlib import Path
from typing import Any

import pytest

from sandbox.cluster.kinds import CONFIG_MAP, SERVICE
from sandbox.cluster.store import Store, StoreError


def config_map(**data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "shop"},
        "data": data,
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lambda: None)


def test_an_object_that_is_declared_again_keeps_what_the_server_gave_it(store: Store) -> None:
    first = store.put(config_map(a="1"))
    second = store.put(config_map(a="2"))
    assert second["metadata"]["uid"] == first["metadata"]["uid"]
    assert (first["metadata"]["generation"], second["metadata"]["generation"]) == (1, 2)
    assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])


def test_the_same_declaration_changes_nothing(tmp_path: Path) -> None:
    changes: list[None] = []
    store = Store(tmp_path, lambda: changes.append(None))
    store.put(config_map(a="1"))
    store.put(config_map(a="1"))
    assert len(changes) == 1


def test_what_a_controller_wrote_survives_a_declaration_that_leaves_it_out(store: Store) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {"selector": {"app": "orders"}},
    }
    live = store.put(service)
    selector = {"app": "orders", "rollouts-pod-template-hash": "abc"}
    store.write({**live, "spec": {"selector": selector, "clusterIP": "127.96.0.1"}})
    store.put({**service, "spec": {"selector": {"app": "orders"}, "ports": [{"port": 80}]}})
    assert store.list(SERVICE)[0]["spec"] == {
        "selector": selector,
        "clusterIP": "127.96.0.1",
        "ports": [{"port": 80}],
    }


def test_objects_are_read_back_as_they_were(store: Store, tmp_path: Path) -> None:
    live = store.put(config_map(a="1"))
    again = Store(tmp_path, lambda: None)
    assert again.get(CONFIG_MAP, "shop", "settings") == live
    assert int(again.put(config_map(a="2"))["metadata"]["resourceVersion"]) > int(live["metadata"]["resourceVersion"])


def test_an_object_on_disk_that_is_cut_short_is_named(store: Store, tmp_path: Path) -> None:
    store.put(config_map(a="1"))
    (path,) = tmp_path.glob("*/*/*.json")
    path.write_text(path.read_text()[:20])
    with pytest.raises(StoreError, match=r"settings\.json is cut short"):
        Store(tmp_path, lambda: None)


def test_an_object_that_is_being_deleted_is_not_replaced(store: Store) -> None:
    store.delete(store.put(config_map()))
    with pytest.raises(StoreError, match="is being deleted"):
        store.put(config_map(a="1"))


def test_an_object_that_is_gone_is_not_brought_back_by_a_late_write(store: Store) -> None:
    live = store.put(config_map())
    store.remove(live)
    store.write({**live, "data": {"a": "1"}})
    assert store.all() == []


def test_files_are_readable_by_their_owner_only(store: Store, tmp_path: Path) -> None:
    store.put(config_map(a="1"))
    (path,) = tmp_path.glob("*/*/*.json")
    assert path.stat().st_mode & 0o077 == 0

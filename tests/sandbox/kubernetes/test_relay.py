"""The way between this machine's loopback and the cluster's network."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.kubernetes import relay

NETWORK = Path("/run/node.network")


def test_the_api_server_is_reached_in_the_clusters_network_and_this_machines_ports_from_it() -> None:
    resources = relayed()["static_resources"]
    addresses = {each["name"]: each["address"]["socket_address"] for each in resources["listeners"]}
    inside = {"network_namespace_filepath": str(NETWORK)}
    assert addresses == {
        "api": {"address": "127.0.0.1", "port_value": 16444},
        "gateway": {"address": "127.0.0.1", "port_value": 16445},
        "15432": {"address": "10.64.0.1", "port_value": 15432, **inside},
    }
    sources = {each["name"]: each.get("upstream_bind_config") for each in resources["clusters"]}
    assert sources["15432"] is None
    assert all(sources[name]["source_address"].items() >= inside.items() for name in ("api", "gateway"))


def relayed() -> dict[str, Any]:
    return relay.configuration(NETWORK, api_port=16444, gateway_port=16445, loopback_ports=[15432])


@pytest.mark.parts
def test_envoy_takes_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "relay.json"
    file.write_text(json.dumps(relayed()))
    checked = subprocess.run([*relay.command(file), "--mode", "validate"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr

"""`python -m sandbox.kubernetes.node`: the first process of the cluster's own process and mount namespaces.

It makes the cluster's network namespace, runs every program in it, starts again what ends, and takes all of it with it
when it is killed: processes, mounts and network exist for as long as it does.
"""

import argparse
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from sandbox.kubernetes import programs, relay
from sandbox.kubernetes.programs import GATEWAY_ADDRESS, NODE_ADDRESS, Layout
from sandbox.parts.part import CHECKOUT

NETWORK = Path("/run/node.network")
"""The cluster's network namespace, seen inside the cluster's mount namespace."""
OWN_FOLDERS = ("/var/lib", "/var/log")
"""Where the cluster's programs write; inside the namespace these are folders of the cluster."""
KEPT_FROM_KUBELET = (
    *("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"),
    *("kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"),
)
"""Settings of the whole machine that kubelet writes: it finds files instead."""
RESTART_SECONDS = 1


def main() -> None:
    """Never returns: the cluster ends when this process is killed."""
    options = _options()
    layout = Layout(binaries=options.binaries, debian=options.debian, folder=options.folder)
    _hide_the_machine(options.folder)
    _make_network(layout.debian / "bin/busybox")
    layout.file("relay.json").write_text(json.dumps(_relayed(options)))
    supervise(layout)


def supervise(layout: Layout) -> None:
    """Runs every program and starts it again, a little later, whenever it ends."""
    environment = {
        **os.environ,
        "PATH": layout.path,
        "LD_LIBRARY_PATH": layout.library_path(),
        "HOME": "/var/lib",
        "PYTHONPATH": str(CHECKOUT),
    }
    inside = ["nsenter", f"--net={NETWORK}"]
    commands: dict[str, list[str | Path]] = {
        name: [*inside, *command] for name, command in programs.commands(layout).items()
    }
    commands["relay"] = relay.command(layout.file("relay.json"))
    running: dict[int, str] = {}

    def start(name: str) -> None:
        with layout.file(f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                commands[name], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
        running[child.pid] = name

    for name in commands:
        start(name)
    while True:
        ended, _ = os.wait()
        if name := running.pop(ended, None):
            threading.Timer(RESTART_SECONDS, start, [name]).start()


def _hide_the_machine(folder: Path) -> None:
    _run("mount", "-t", "tmpfs", "tmpfs", "/run")
    for path in OWN_FOLDERS:
        own = folder / path.strip("/").replace("/", "-")
        own.mkdir(exist_ok=True)
        _run("mount", "--bind", own, path)
    settings = Path("/run/settings")
    settings.mkdir()
    for name in KEPT_FROM_KUBELET:
        shield, setting = settings / name.replace("/", "-"), Path("/proc/sys") / name
        shield.write_text(setting.read_text())
        _run("mount", "--bind", shield, setting)


def _make_network(busybox: Path) -> None:
    NETWORK.touch()
    _run("unshare", f"--net={NETWORK}", "true")
    for command in (
        ("ip", "link", "set", "lo", "up"),
        ("ip", "address", "add", f"{NODE_ADDRESS}/32", "dev", "lo"),
        ("ip", "address", "add", f"{GATEWAY_ADDRESS}/32", "dev", "lo"),
        ("ip", "route", "add", "default", "dev", "lo"),
    ):
        _run("nsenter", f"--net={NETWORK}", busybox, *command)


def _relayed(options: argparse.Namespace) -> dict[str, Any]:
    ports = {name: getattr(options, name) for name in ("api_port", "gateway_port", "loopback_ports")}
    return relay.configuration(NETWORK, **ports)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.kubernetes.node")
    for name in ("folder", "binaries", "debian"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--api-port", type=int, required=True, help="of this machine's loopback, for the API server")
    parser.add_argument("--gateway-port", type=int, required=True, help="of this machine's loopback, for the gateway")
    parser.add_argument("--loopback-ports", type=int, nargs="*", default=[], help="of this machine, for the pods")
    return parser.parse_args()


if __name__ == "__main__":
    main()

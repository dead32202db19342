"""The cluster as a part of this machine: one process that holds namespaces of its own, and all that is in them."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import psutil
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from sandbox.kubernetes import binaries, certificates, images, kubeconfig, programs
from sandbox.kubernetes.node import NETWORK
from sandbox.kubernetes.objects import Objects
from sandbox.kubernetes.programs import CONTAINERD_SOCKET, NODE, NODE_ADDRESS, Layout
from sandbox.parts.part import LOOPBACK, POLL_SECONDS, Part, PartError

HIERARCHIES = Path("/sys/fs/cgroup")
CGROUPS_GO_SECONDS = 10
RESTART_SECONDS = 15
WEIGHTS = {"cpu.shares": 10_240, "cpu.weight": 1_000}
"""Ten times a process's own, by both versions of cgroups: all pods together are one entry of this machine's."""
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


class ControlPlane(Part):
    """Kubernetes, Argo Rollouts and Prometheus on this machine's kernel, in namespaces of their own.

    Its port is the API server's on loopback, setting `gateway_port` the gateway's. Setting `loopback_ports`,
    comma-separated: those of this machine's loopback that pods may reach.
    """

    kind = "control-plane"
    port_settings = ("gateway_port",)
    start_timeout_seconds = 180
    stop_signal: ClassVar[signal.Signals] = signal.SIGKILL

    @property
    def kubeconfig(self) -> Path:
        """For clients on this machine."""
        return self.data / "kubeconfig.loopback"

    @cached_property
    def layout(self) -> Layout:
        """The programs, made if they are not there yet, and this cluster's folder."""
        return Layout(binaries=binaries.build(print), debian=binaries.unpack(print), folder=self.data)

    def prepare(self) -> None:
        """Certificates, configuration files, and the cgroup that all pods live in."""
        if sys.platform != "linux" or os.geteuid() != 0:
            raise PartError("a cluster without Docker needs Linux and root; name another one with CONTEXT=…")
        certificates.write(self.layout.certificates, addresses=[LOOPBACK, NODE_ADDRESS])
        programs.prepare(self.layout, cgroup=f"/{self.cgroup}")
        kubeconfig.write(self.kubeconfig, self.layout.certificates, f"https://{LOOPBACK}:{self.record.port}")
        for hierarchy in _hierarchies():
            folder = hierarchy / self.cgroup
            folder.mkdir(exist_ok=True)
            for name, weight in WEIGHTS.items():
                if (folder / name).exists():
                    (folder / name).write_text(str(weight))

    def command(self) -> list[str | Path]:
        node = [sys.executable, "-m", "sandbox.kubernetes.node", "--folder", self.data]
        programs_of = ["--binaries", self.layout.binaries, "--debian", self.layout.debian]
        ports = [port for port in self.record.settings.get("loopback_ports", "").split(",") if port]
        own_ports = ["--api-port", str(self.record.port), "--gateway-port", self.record.settings["gateway_port"]]
        return [*NAMESPACES, *node, *programs_of, *own_ports, "--loopback-ports", *ports]

    @property
    def gateway_url(self) -> str:
        """Where this machine reaches what the routes lead to."""
        return f"http://{LOOPBACK}:{self.record.settings['gateway_port']}"

    def ready(self) -> bool:
        """Whether the node takes pods and they can be declared."""
        try:
            objects = self.objects()
            node = objects.get("v1", "Node", NODE)
            account = objects.get("v1", "ServiceAccount", "default", "default")
        except (ApiException, HTTPError):
            return False
        conditions = (node or {}).get("status", {}).get("conditions", ())
        return account is not None and any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

    def objects(self) -> Objects:
        """A client of the cluster."""
        return Objects(self.kubeconfig, discovered=self.data / "discovered.json")

    def stop_locked(self) -> None:
        super().stop_locked()
        for hierarchy in _hierarchies():
            _remove_cgroup(hierarchy / self.cgroup)

    def load(self, archive: Path, name: str, *, also: str | None = None) -> None:
        """Gives the node the image `name` from a `docker save` archive, under a second name too."""
        self._ctr("import", "--no-unpack", archive)
        if also:
            self._ctr("tag", "--force", name, also)

    def _ctr(self, *command: str | Path) -> None:
        socket = f"/proc/{self._first().pid}/root{CONTAINERD_SOCKET}"
        ctr = [self.layout.debian / "usr/bin/ctr", "--address", socket, "--namespace", "k8s.io", "images"]
        finished = subprocess.run([*ctr, *command], capture_output=True, text=True, check=False)
        if finished.returncode:
            raise PartError(f"containerd refused to {command[0]} {command[-1]}: {finished.stderr}")

    def load_busybox(self) -> None:
        """The image that every pod needs."""
        archive = self.data / "busybox.tar"
        images.busybox(self.layout.debian, archive)
        self.load(archive, programs.BUSYBOX_IMAGE)

    def inside(self) -> list[str]:
        """What a command line begins with that is to run in the cluster's network."""
        return ["nsenter", f"--net=/proc/{self._first().pid}/root{NETWORK}"]

    def restart_program(self, name: str) -> None:
        """Kills one program of the cluster and returns when it runs again."""
        before = self._program(name)
        if before is None:
            raise PartError(f"the cluster does not run {name!r}; it runs {', '.join(programs.commands(self.layout))}")
        before.kill()
        deadline = time.monotonic() + RESTART_SECONDS
        while (now := self._program(name)) is None or now.pid == before.pid:
            if time.monotonic() > deadline:
                raise PartError(f"{name} did not come back within {RESTART_SECONDS} s; see {self.data / name}.log")
            time.sleep(POLL_SECONDS)

    def _program(self, name: str) -> psutil.Process | None:
        """Linux keeps the first 15 characters of a program's name."""
        living = (each for each in self._first().children() if each.status() != psutil.STATUS_ZOMBIE)
        return next((each for each in living if each.name()[:15] == name[:15]), None)

    def _first(self) -> psutil.Process:
        process = self.process()
        if process is None:
            raise PartError("the cluster does not run; `make cluster` starts it")
        return process.children()[0]

    @property
    def cgroup(self) -> str:
        """The name of the cgroup that all pods of this cluster live in."""
        return f"fortress-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}"


def _hierarchies() -> list[Path]:
    """Where cgroups are made: one folder under version 2, one for each controller under version 1."""
    if (HIERARCHIES / "cgroup.controllers").exists():
        return [HIERARCHIES]
    return [path for path in HIERARCHIES.iterdir() if path.is_dir() and not path.is_symlink()]


def _remove_cgroup(folder: Path) -> None:
    deadline = time.monotonic() + CGROUPS_GO_SECONDS
    while folder.exists():
        try:
            for path, _, _ in os.walk(folder, topdown=False):
                Path(path).rmdir()
        except OSError as error:
            if time.monotonic() > deadline:
                raise PartError(f"cgroup {folder} could not be removed: {error}") from error
            time.sleep(POLL_SECONDS)

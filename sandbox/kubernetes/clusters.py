"""Which real cluster is used: one that is named, or else one of this machine's own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from kubernetes.config import ConfigException

from sandbox.kubernetes import binaries
from sandbox.kubernetes.control_plane import ControlPlane
from sandbox.kubernetes.objects import Objects
from sandbox.kubernetes.programs import BUSYBOX_IMAGE, CONTROLLER, PROMETHEUS
from sandbox.parts.part import PartError
from sandbox.parts.registry import Parts

NEEDED = (("argoproj.io/v1alpha1", "Rollout"), ("networking.istio.io/v1", "VirtualService"))
"""API version and kind of what a rollout is written in."""
NAME, PORT = "control-plane", 16444
PUBLIC_BUSYBOX = "docker.io/library/busybox:1.37"
CONTROLLER_LABELS = "app.kubernetes.io/name=argo-rollouts"
CONTROLLER_NAMESPACE = "argo-rollouts"
READY_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A Kubernetes with Argo Rollouts and Istio's definitions.

    `prometheus` is the URL that the rollout controller asks, `image` one with `/bin/httpd` that its nodes can have.
    """

    objects: Objects
    prometheus: str
    image: str
    restart_controller: Callable[[], None]


def own(state: Path, notify: Callable[[str], None], *, loopback_ports: Iterable[int] = ()) -> ControlPlane:
    """This machine's cluster, made and started where it is not; its folder is `<state>/kubernetes`.

    Its pods reach the `loopback_ports` of this machine; one that runs with others is started anew, its objects stay.
    """
    settings = {"loopback_ports": ",".join(map(str, sorted(loopback_ports)))} if loopback_ports else {}
    made = _parts(state, notify).create(ControlPlane.kind, NAME, preferred_port=PORT, settings=settings)
    part = ControlPlane(made.folder)
    part.load_busybox()
    objects = part.objects()
    if not all(objects.knows(*definition) for definition in NEEDED):
        _define(objects)
    return part


def of_control_plane(part: ControlPlane) -> Cluster:
    """A cluster of this machine."""
    return Cluster(
        objects=part.objects(),
        prometheus=PROMETHEUS,
        image=BUSYBOX_IMAGE,
        restart_controller=lambda: part.restart_program(CONTROLLER),
    )


def named(state: Path, context: str, prometheus: str) -> Cluster:
    """The cluster of a context of the user's kubeconfig, as it is: nothing is installed there.

    Raises `PartError` when there is no such context, no Argo Rollouts or Istio in it, or no Prometheus is given.
    """
    if not prometheus:
        raise PartError(f"context {context!r}: PROMETHEUS=<url> is missing, which its rollout controller can ask")
    folder = state / "kubernetes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        objects = Objects(None, discovered=folder / f"{context.replace('/', '-')}.json", context=context)
    except ConfigException as error:
        raise PartError(f"there is no context {context!r} in the kubeconfig: {error}") from None
    for api_version, kind in NEEDED:
        if not objects.knows(api_version, kind):
            raise PartError(f"the cluster of context {context!r} does not serve {kind} of {api_version}; install it")
    return Cluster(
        objects=objects,
        prometheus=prometheus,
        image=PUBLIC_BUSYBOX,
        restart_controller=lambda: _restart_deployed(objects),
    )


def remove(state: Path, notify: Callable[[str], None]) -> None:
    """Ends this machine's cluster: no process, namespace, mount, cgroup or file of it is left."""
    _parts(state, notify).remove(NAME)
    shutil.rmtree(state / "kubernetes", ignore_errors=True)


def _parts(state: Path, notify: Callable[[str], None]) -> Parts:
    return Parts(state / "kubernetes", notify=notify, kinds={ControlPlane.kind: ControlPlane})


def _define(objects: Objects) -> None:
    """Declares the custom resources of Argo Rollouts and Istio, from their own modules."""
    files = sorted((binaries.module(binaries.ARGO_ROLLOUTS) / "manifests" / "crds").glob("*-crd.yaml"))
    files.append(binaries.module(binaries.ISTIO) / "kubernetes" / "customresourcedefinitions.gen.yaml")
    for file in files:
        for definition in yaml.load_all(file.read_bytes(), Loader=yaml.CSafeLoader):
            objects.apply(definition)


def _restart_deployed(objects: Objects) -> None:
    before = {each["metadata"]["uid"] for each in _controllers(objects)}
    for pod in _controllers(objects):
        objects.delete("v1", "Pod", pod["metadata"]["name"], CONTROLLER_NAMESPACE)
    deadline = time.monotonic() + READY_SECONDS
    while not any(_serves(each) for each in _controllers(objects) if each["metadata"]["uid"] not in before):
        if time.monotonic() > deadline:
            raise PartError(f"no controller with {CONTROLLER_LABELS} is ready in namespace {CONTROLLER_NAMESPACE!r}")
        time.sleep(1)


def _controllers(objects: Objects) -> list[dict]:
    return objects.list("v1", "Pod", CONTROLLER_NAMESPACE, labels=CONTROLLER_LABELS)


def _serves(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

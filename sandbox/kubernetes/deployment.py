"""Stack `local` on the real cluster: the program's own objects, with this machine's endpoints as data."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import reduce
from itertools import chain
from typing import Any

from kubernetes.dynamic.exceptions import ConflictError

from sandbox import configuration
from sandbox.cluster import pod_identity
from sandbox.cluster.images import OWN_IMAGE
from sandbox.image import folder_of
from sandbox.kubernetes import binaries, images
from sandbox.kubernetes.control_plane import ControlPlane
from sandbox.kubernetes.objects import Objects
from sandbox.kubernetes.programs import PROMETHEUS
from sandbox.parts.part import PartError
from sandbox.stack import PROJECT, STACK
from sandbox.state.backend import Backend
from sandbox.state.properties import plain
from sandbox.workspace import Workspace

PREFIX, CHART = "kubernetes:", "kubernetes:helm.sh/"
FOR_PULUMI = "pulumi.com/"
LOCAL_IMAGE = "fortress.local/orders"
JOB_SECONDS = 300
SCENARIOS = "delivery"
"""The namespace of `make cluster-test`, whose pods are smaller than the program's own policies want them."""
READS_AWS = "DATABASE_HOST"
"""The variable by which a ConfigMap is known as the service's."""


def deploy(workspace: Workspace, cluster: ControlPlane, notify: Callable[[str], None]) -> None:
    """Declares on the cluster what the stack declares of Kubernetes, and gives its node the order service's image.

    Left out, and said, are objects that nothing here carries out and pods of images that cannot be had.
    """
    objects = cluster.objects()
    loaded: set[str] = set()
    aws = pod_identity.environment(workspace.state, _region(workspace))
    for item, ignored in declared(workspace):
        name = f"{item['kind']} {item['metadata']['name']}"
        references = _images(item)
        if not objects.knows(item["apiVersion"], item["kind"]):
            notify(f"left out: {name}, of a controller that only AWS has")
        elif not all(_is_ours(workspace, each) for each in references):
            notify(f"left out: {name}, whose image is {', '.join(references)}")
        else:
            for reference in references - loaded:
                load(workspace, cluster, reference, notify)
            loaded |= references
            _apply(objects, with_endpoints(item, aws), ignored)


def declared(workspace: Workspace) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Each Kubernetes object of the stack as the program wrote it, and the paths that it leaves to others.

    They come in the order of their making; charts are no objects.
    """
    backend = Backend(folder=workspace.backend, passphrase=workspace.passphrase_file.read_text())
    for resource in backend.load(PROJECT, STACK).resources:
        if resource.type.startswith(PREFIX) and not resource.type.startswith(CHART):
            item = plain(resource.inputs)
            annotations = item["metadata"].get("annotations", {})
            kept = {key: value for key, value in annotations.items() if not key.startswith(FOR_PULUMI)}
            yield {**item, "metadata": {**item["metadata"], "annotations": kept}}, resource.ignore_changes


def with_endpoints(item: Mapping[str, Any], aws: Mapping[str, str]) -> dict[str, Any]:
    """The object with what differs between clusters only: where AWS is for pods, Prometheus for analyses.

    Namespaces that admission lets alone are one more.

    `aws` are the variables that the Pod Identity agent would have put into the pods.
    """
    found = deepcopy(dict(item))
    if found["kind"] == "ConfigMap" and READS_AWS in found["data"]:
        found["data"] |= aws
    if found["kind"] == "AnalysisTemplate":
        for metric in found["spec"]["metrics"]:
            asked = metric["provider"]["prometheus"]
            asked["address"] = PROMETHEUS
            asked.pop("authentication", None)
    if found["kind"] == "ValidatingAdmissionPolicyBinding":
        selector = found["spec"]["matchResources"]["namespaceSelector"]
        for requirement in selector.get("matchExpressions", ()):
            requirement["values"].append(SCENARIOS)
    return found


def without(item: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The object without the field at `a.b.c`."""
    name, _, rest = path.partition(".")
    if not rest:
        return {key: value for key, value in item.items() if key != name}
    return {**item, name: without(item[name], rest)}


def _apply(objects: Objects, item: dict[str, Any], ignored: list[str]) -> None:
    """As Pulumi does, what the program ignores is declared until a controller owns it."""
    try:
        applied = objects.apply(item)
    except ConflictError:
        applied = objects.apply(reduce(without, ignored, item))
    if item["kind"] == "Job":
        _wait_for(objects, applied)


def _wait_for(objects: Objects, job: dict[str, Any]) -> None:
    versions = chain([job], objects.watch(job, seconds=JOB_SECONDS))
    if not any(each.get("status", {}).get("succeeded") for each in versions):
        name = f"{job['metadata']['namespace']}/{job['metadata']['name']}"
        raise PartError(f"job {name} did not succeed within {JOB_SECONDS} s; `kubectl logs` of its pod says why")


def _images(item: Mapping[str, Any]) -> set[str]:
    pod = item.get("spec", {}).get("template", {}).get("spec", {})
    return {container["image"] for container in pod.get("containers", ())}


def _is_ours(workspace: Workspace, reference: str) -> bool:
    """Whether the image was built on this machine."""
    digest = OWN_IMAGE.fullmatch(reference)
    return digest is not None and folder_of(workspace.images, digest[1]).is_dir()


def load(workspace: Workspace, cluster: ControlPlane, reference: str, notify: Callable[[str], None]) -> None:
    """Gives the cluster's node the order service's image that `reference` names by its digest."""
    digest = reference.partition("@")[2]
    python = binaries.python(workspace.checkout / "requirements" / "app.txt", notify)
    archive, name = cluster.data / "orders.tar", f"{LOCAL_IMAGE}:{digest.partition(':')[2][:12]}"
    images.order_service(python, folder_of(workspace.images, digest), archive, name)
    cluster.load(archive, name, also=reference)
    archive.unlink()


def _region(workspace: Workspace) -> str:
    return configuration.region(workspace.checkout / f"Pulumi.{STACK}.yaml")

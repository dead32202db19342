"""Admission policies judged as the API server does, by a CEL library; and pods that they have to refuse."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import cel

DIGEST = f"sha256:{'ab' * 32}"
REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev/"
CONTAINER = {
    "name": "main",
    "image": f"{REGISTRY}orders@{DIGEST}",
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}
POD = {
    "containers": [CONTAINER],
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "volumes": [{"name": "temporary", "emptyDir": {}}],
}
"""A pod's spec with no more than the policies ask for."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A pod that one check refuses, and a word of what is said of it."""

    pod: Mapping[str, Any]
    policy: str
    says: str


def _pod(**fields: Any) -> dict[str, Any]:
    return {**deepcopy(POD), **fields}


def _container(**fields: Any) -> dict[str, Any]:
    return _pod(containers=[{**deepcopy(CONTAINER), **fields}])


def _secured(**fields: Any) -> dict[str, Any]:
    return _container(securityContext={**deepcopy(CONTAINER["securityContext"]), **fields})


def _restricted(pod: Mapping[str, Any], says: str) -> Violation:
    return Violation(pod=pod, policy="restricted-pods", says=says)


def _foreign(pod: Mapping[str, Any], says: str) -> Violation:
    return Violation(pod=pod, policy="images", says=says)


VIOLATIONS = {
    "host network": _restricted(_pod(hostNetwork=True), "hostNetwork"),
    "host processes": _restricted(_pod(hostPID=True), "hostNetwork, hostPID"),
    "folder of the node": _restricted(
        _pod(volumes=[{"name": "node", "hostPath": {"path": "/"}}]), "a volume is one of"
    ),
    "port of the node": _restricted(_container(ports=[{"containerPort": 80, "hostPort": 80}]), "hostPort"),
    "privileged": _restricted(_secured(privileged=True, allowPrivilegeEscalation=True), "not privileged"),
    "escalation allowed": _restricted(_secured(allowPrivilegeEscalation=True), "allowPrivilegeEscalation"),
    "escalation left open": _restricted(
        _container(securityContext={"capabilities": {"drop": ["ALL"]}}), "allowPrivilegeEscalation"
    ),
    "no word of security": _restricted(_container(securityContext={}), "allowPrivilegeEscalation"),
    "root may be": _restricted(_pod(securityContext={"seccompProfile": {"type": "RuntimeDefault"}}), "runAsNonRoot"),
    "root in a container": _restricted(_secured(runAsNonRoot=False), "runAsNonRoot"),
    "user 0": _restricted(_secured(runAsUser=0), "runAsUser"),
    "user 0 of the pod": _restricted(_pod(securityContext={**POD["securityContext"], "runAsUser": 0}), "runAsUser"),
    "capabilities kept": _restricted(_secured(capabilities={"drop": ["NET_RAW"]}), "drop of every container has ALL"),
    "capability added": _restricted(
        _secured(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}), "at most NET_BIND_SERVICE"
    ),
    "no system call filter": _restricted(_pod(securityContext={"runAsNonRoot": True}), "seccompProfile"),
    "filter taken off": _restricted(_secured(seccompProfile={"type": "Unconfined"}), "seccompProfile"),
    "bad init container": _restricted(
        _pod(initContainers=[{"name": "first", "image": CONTAINER["image"]}]), "allowPrivilegeEscalation"
    ),
    "tag": _foreign(_container(image=f"{REGISTRY}orders:v1"), "digest"),
    "tag of an init container": _foreign(
        _pod(initContainers=[{**CONTAINER, "name": "first", "image": f"{REGISTRY}a:b"}]), "digest"
    ),
    "registry of somebody": _foreign(_container(image=f"docker.io/library/busybox@{DIGEST}"), "registry"),
    "registry that begins alike": _foreign(_container(image=f"{REGISTRY[:-1]}-evil/orders@{DIGEST}"), "registry"),
}
"""By what is wrong with them."""


def refusals(policy: Mapping[str, Any], item: Mapping[str, Any]) -> list[str]:
    """What a policy (its `spec`) says of an object; an expression that cannot be evaluated refuses too."""
    known: dict[str, Any] = {"object": item, "variables": {}}
    for variable in policy["variables"]:
        known["variables"][variable["name"]] = cel.evaluate(variable["expression"], known)
    return [each["message"] for each in policy["validations"] if not cel.evaluate(each["expression"], known)]

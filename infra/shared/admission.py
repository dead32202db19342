"""What the API server holds pods and their templates to, as CEL (Kubernetes: Validating Admission Policy)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TEMPLATED = {
    "": ("pods", "pods/ephemeralcontainers", "replicationcontrollers"),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "argoproj.io": ("rollouts",),
    "batch": ("cronjobs", "jobs"),
}
"""The resources that are pods or hold a template of them, by API group."""

VARIABLES: Mapping[str, str] = {
    "pod": (
        "object.kind == 'Pod' ? object.spec : "
        "object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec"
    ),
    "containers": (
        "variables.pod.containers"
        " + (has(variables.pod.initContainers) ? variables.pod.initContainers : [])"
        " + (has(variables.pod.ephemeralContainers) ? variables.pod.ephemeralContainers : [])"
    ),
}
"""Names that every check may use as `variables.<name>`, in the order of their making."""

_HOST_FIELDS = ("hostNetwork", "hostPID", "hostIPC")
_VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A condition, and what is said of an object that does not meet it."""

    expression: str
    message: str


def _has(item: str, field: str) -> str:
    """Every step of the way is there: `has` by itself fails where one before the last is missing."""
    words = field.split(".")
    return " && ".join(f"has({item}.{'.'.join(words[: count + 1])})" for count in range(len(words)))


def _is(item: str, field: str, condition: str) -> str:
    """The field is there and meets the condition, written with `{}` where its value stands."""
    return f"({_has(item, field)} && {condition.format(f'{item}.{field}')})"


def _every_container(condition: str) -> str:
    return f"variables.containers.all(c, {condition})"


def _of_container_or_pod(field: str, condition: str) -> str:
    """The container's own setting counts; where it has none, the pod's does."""
    own, path = _has("c", f"securityContext.{field}"), f"securityContext.{field}"
    inherited = _is("variables.pod", path, condition)
    return _every_container(f"({own}) ? {_is('c', path, condition)} : {inherited}")


RESTRICTED = (
    Check(
        expression=" && ".join(f"!{_is('variables.pod', field, '{}')}" for field in _HOST_FIELDS),
        message="a pod shares no namespace of its node: leave out hostNetwork, hostPID and hostIPC",
    ),
    Check(
        expression="!has(variables.pod.volumes) || variables.pod.volumes.all(v, "
        + " || ".join(f"has(v.{kind})" for kind in _VOLUMES)
        + ")",
        message=f"a volume is one of {', '.join(_VOLUMES)}",
    ),
    Check(
        expression=_every_container("!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0)"),
        message="a container takes no port of its node: leave out hostPort",
    ),
    Check(
        expression=_every_container(f"!{_is('c', 'securityContext.privileged', '{}')}"),
        message="a container is not privileged",
    ),
    Check(
        expression=_every_container(_is("c", "securityContext.allowPrivilegeEscalation", "!{}")),
        message="securityContext.allowPrivilegeEscalation of every container is false",
    ),
    Check(
        expression=_of_container_or_pod("runAsNonRoot", "{}"),
        message="securityContext.runAsNonRoot of the pod or of every container is true",
    ),
    Check(
        expression=f"!{_is('variables.pod', 'securityContext.runAsUser', '{} == 0')} && "
        + _every_container(f"!{_is('c', 'securityContext.runAsUser', '{} == 0')}"),
        message="securityContext.runAsUser is not 0",
    ),
    Check(
        expression=_every_container(_is("c", "securityContext.capabilities.drop", "'ALL' in {}")),
        message="securityContext.capabilities.drop of every container has ALL",
    ),
    Check(
        expression=_every_container(
            f"!({_has('c', 'securityContext.capabilities.add')}) || "
            "c.securityContext.capabilities.add.all(each, each == 'NET_BIND_SERVICE')"
        ),
        message="securityContext.capabilities.add has at most NET_BIND_SERVICE",
    ),
    Check(
        expression=_of_container_or_pod("seccompProfile.type", "{} in ['RuntimeDefault', 'Localhost']"),
        message="securityContext.seccompProfile.type of the pod or of every container is RuntimeDefault or Localhost",
    ),
)
"""The essentials of the restricted Pod Security Standard, also where a namespace has lost its label."""

IMAGES = (
    Check(
        expression=_every_container("c.image.matches('@sha256:[0-9a-f]{64}$')"),
        message="an image is named by its digest: name@sha256:…",
    ),
    Check(
        expression=_every_container("variables.registries.exists(prefix, c.image.startsWith(prefix))"),
        message="an image comes from the platform's own registry",
    ),
)
"""What runs is what was built or mirrored: no tag that moves, no registry of somebody else."""


def one_of(prefixes: Sequence[str]) -> str:
    """The variable `registries` that `IMAGES` asks for: prefixes such as `<account>.dkr.ecr.<region>.amazonaws.com/x/`.

    In the policy itself and no parameter: an API server that has seen a policy deleted and made anew finds none of the
    parameters of the new one until it is started again (Kubernetes 1.34, `no params found for policy binding`).
    """
    return json.dumps(list(prefixes))

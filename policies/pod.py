"""Reading pods out of everything that makes them: Deployments, Jobs, CronJobs, Rollouts and bare pods."""

from collections.abc import Callable, Mapping
from typing import Any

from policies.rule import NOT_APPLICABLE, Check, Parameters, Verdict, combine, decide
from policies.values import Properties, read, read_list

POD = "kubernetes:core/v1:Pod"
ROLLOUT = "kubernetes:argoproj.io/v1alpha1:Rollout"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
DAEMON_SET = "kubernetes:apps/v1:DaemonSet"
REPLICA_SET = "kubernetes:apps/v1:ReplicaSet"

SERVERS = (DEPLOYMENT, ROLLOUT, STATEFUL_SET)
"""Workloads that answer for as long as they are wanted, in a number of replicas."""
WORKLOADS = (*SERVERS, DAEMON_SET, REPLICA_SET, JOB, CRON_JOB, POD)
"""Everything that makes pods."""

_SPEC_PATHS = ("spec.jobTemplate.spec.template", "spec.template")

Container = Mapping[str, Any]
ContainerCheck = Callable[[Container, Properties, Parameters], Verdict]


def pod_template(properties: Properties) -> Properties | None:
    """The template of the pods (the pod itself where there is none), `None` when it refers to one elsewhere."""
    for path in _SPEC_PATHS:
        found = read(properties, path)
        if found is not None:
            return found
    return properties if read(properties, "spec.containers") is not None else None


def on_pod(check: Check) -> Check:
    """The check on the pod's spec."""

    def over_pod(properties: Properties, parameters: Parameters) -> Verdict:
        template = pod_template(properties)
        spec = None if template is None else read(template, "spec")
        return NOT_APPLICABLE if spec is None else check(spec, parameters)

    return over_pod


def on_containers(check: ContainerCheck, *, kinds: tuple[str, ...] = ()) -> Check:
    """The check on every container with its pod's spec; `kinds` left out means init and ephemeral ones too."""
    lists = kinds or ("initContainers", "containers", "ephemeralContainers")

    def over_containers(spec: Properties, parameters: Parameters) -> Verdict:
        return combine(decide(_over_list, spec, kind, parameters) for kind in lists)

    def _over_list(spec: Properties, kind: str, parameters: Parameters) -> Verdict:
        return combine(decide(check, container, spec, parameters) for container in read_list(spec, kind))

    return on_pod(over_containers)


def security(container: Container, spec: Properties, name: str) -> Any:
    """A security setting as it takes effect: the container's own, else the pod's."""
    own = read(container, f"securityContext.{name}")
    return read(spec, f"securityContext.{name}") if own is None else own


def named(container: Container) -> str:
    """How a message names a container."""
    return f"container {read(container, 'name') or 'without a name'}"

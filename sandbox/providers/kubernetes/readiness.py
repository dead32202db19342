"""When an object has become what it declares, and why not."""

from dataclasses import dataclass
from typing import Any

from sandbox.cluster.kinds import (
    DEPLOYMENT,
    ENDPOINTS,
    HELM_RELEASE,
    JOB,
    POD,
    ROLLOUT,
    SERVICE,
    TARGET_GROUP_BINDINGS,
    Kind,
)
from sandbox.providers.kubernetes.cluster_client import ClusterClient
from sandbox.providers.properties import Properties

RESTARTS_UNTIL_FAILED = 4
SKIP = "pulumi.com/skipAwait"
"""The real provider's own annotation."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Ready, failed for good, or neither yet; `reason` says what it waits for or died of."""

    ready: bool = False
    failed: bool = False
    reason: str = ""


def of(client: ClusterClient, kind: Kind, live: Properties) -> Readiness:
    """How far the object is."""
    if live["metadata"].get("annotations", {}).get(SKIP) == "true":
        return Readiness(ready=True)
    if kind is JOB:
        return _job(client, live)
    if kind is ROLLOUT:
        return _rollout(client, live)
    if kind is DEPLOYMENT:
        return _workload(client, live)
    if kind is SERVICE:
        return _service(client, live)
    if kind in (HELM_RELEASE, *TARGET_GROUP_BINDINGS):
        return Readiness(ready=bool(live.get("status")), reason="no controller has answered yet")
    return Readiness(ready=True)


def _job(client: ClusterClient, live: Properties) -> Readiness:
    conditions = {each["type"]: each for each in live.get("status", {}).get("conditions", ())}
    if "Complete" in conditions:
        return Readiness(ready=True)
    reason = _describe(client, _pods(client, live, {"batch.kubernetes.io/job-name": live["metadata"]["name"]}))
    if not reason:
        names, namespace = live.get("status", {}).get("pods", ()), live["metadata"]["namespace"]
        reason = "\n".join(f"the log of pod {name} ends:\n{client.log_tail(namespace, name)}" for name in names)
    if "Failed" in conditions:
        return Readiness(failed=True, reason=f"{conditions['Failed']['reason']}: {reason}")
    return Readiness(reason=reason)


def _rollout(client: ClusterClient, live: Properties) -> Readiness:
    """The controller's verdict on the version that is declared; of a first version there is none."""
    status = live.get("status", {})
    if status.get("observedGeneration") != str(live["metadata"]["generation"]):
        return Readiness(reason="the rollout has not begun")
    if status["phase"] == "Degraded":
        return Readiness(failed=True, reason=status["message"])
    if status["stableRS"] == status["currentPodHash"]:
        return _workload(client, live)
    waits = " (`make promote` or `make abort`)" if status["phase"] == "Paused" else ""
    return Readiness(reason=f"{status['phase']}: {status['message']}{waits}")


def _workload(client: ClusterClient, live: Properties) -> Readiness:
    status = live.get("status", {})
    if str(status.get("observedGeneration")) != str(live["metadata"]["generation"]):
        return Readiness(reason="the rollout has not begun")
    if status["phase"] == "Healthy":
        return Readiness(ready=True)
    suffix = f"-{status['currentPodHash']}"
    hashes = {"rollouts-pod-template-hash", "pod-template-hash"}
    pods = [
        pod
        for pod in client.list(POD, live["metadata"]["namespace"])
        if any(f"-{pod['metadata'].get('labels', {}).get(label)}" == suffix for label in hashes)
    ]
    return Readiness(
        failed=any(_is_hopeless(each) for pod in pods for each in _containers(pod)), reason=_describe(client, pods)
    )


def _service(client: ClusterClient, live: Properties) -> Readiness:
    spec, metadata = live["spec"], live["metadata"]
    if not spec.get("clusterIP") and spec.get("type") != "ExternalName":
        return Readiness(reason="it has no address yet")
    if not spec.get("selector") or spec.get("clusterIP") == "None":
        return Readiness(ready=True)
    found = client.get(ENDPOINTS, metadata["namespace"], metadata["name"]) or {}
    return Readiness(ready=bool(found.get("subsets")), reason=f"no ready pod has the labels {spec['selector']}")


def _pods(client: ClusterClient, live: Properties, labels: dict[str, str]) -> list[Properties]:
    pods = client.list(POD, live["metadata"]["namespace"])
    return [pod for pod in pods if labels.items() <= pod["metadata"].get("labels", {}).items()]


def _containers(pod: Properties) -> list[dict[str, Any]]:
    return pod.get("status", {}).get("containerStatuses", [])


def _is_hopeless(container: dict[str, Any]) -> bool:
    reason = container["state"].get("waiting", {}).get("reason")
    return reason == "ErrImagePull" or container["restartCount"] >= RESTARTS_UNTIL_FAILED


def _describe(client: ClusterClient, pods: list[Properties]) -> str:
    return "\n".join(_description(client, pod, each) for pod in pods for each in _containers(pod) if not each["ready"])


def _description(client: ClusterClient, pod: Properties, container: dict[str, Any]) -> str:
    (phase, detail), *_ = container["state"].items()
    ended = container.get("lastState", {}).get("terminated") or container["state"].get("terminated", {})
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    words = [detail.get("reason", phase), detail.get("message", "")]
    if ended:
        words.append(f"exit code {ended['exitCode']} {ended['message']}".strip())
    log = client.log_tail(namespace, name)
    text = f"pod {name}, container {container['name']}: {': '.join(word for word in words if word)}"
    return f"{text}; its log ends:\n{log}" if log and ended else text

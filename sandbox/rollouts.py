"""The local stack's Rollout: how it is, and what a person may tell its controller."""

from __future__ import annotations

from typing import Any, Self

import httpx

from sandbox import base
from sandbox.cluster.kinds import ANALYSIS_RUN, REPLICA_SET, ROLLOUT, ROLLOUTS_POD_TEMPLATE_HASH, SERVICE
from sandbox.errors import SandboxError
from sandbox.parts.part import PartError
from sandbox.parts.registry import Parts
from sandbox.workspace import Workspace

NAMESPACE, NAME = "orders", "orders-api"
MERGE_PATCH = {"content-type": "application/merge-patch+json"}
TIMEOUT_SECONDS = 5
ABORT, RETRY, PROMOTE_FULL = {"abort": True}, {"abort": False}, {"promoteFull": True}


class Rollouts:
    """The local cluster's Rollout of the order service, for a `with` block. Raises SandboxError without a cluster."""

    def __init__(self, workspace: Workspace) -> None:
        try:
            url = base.url(Parts(workspace.state).get(base.CLUSTER))
        except PartError as error:
            raise SandboxError(f"there is no local cluster ({error}); `make up` raises the stack") from None
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def rollout(self) -> dict[str, Any]:
        """The Rollout as it is now."""
        return self._get(ROLLOUT.path(NAMESPACE, NAME))

    def is_under_way(self) -> bool:
        """Whether a version is on its way, or one was given up and nothing undid it."""
        status = self.rollout().get("status", {})
        return status.get("stableRS") != status.get("currentPodHash")

    def images(self) -> dict[str, str]:
        """The digest of each version's image, by pod-template hash."""
        found = {}
        for each in self._items(REPLICA_SET.path(NAMESPACE)):
            version = each["metadata"]["labels"].get(ROLLOUTS_POD_TEMPLATE_HASH)
            if version and each["metadata"]["ownerReferences"][0]["name"] == NAME:
                found[version] = each["spec"]["template"]["spec"]["containers"][0]["image"].partition("@")[2]
        return found

    def pods(self) -> dict[str, tuple[int, int]]:
        """Ready and wanted pods of each version."""
        return {
            each["metadata"]["labels"][ROLLOUTS_POD_TEMPLATE_HASH]: (
                each.get("status", {}).get("readyReplicas", 0),
                each["spec"]["replicas"],
            )
            for each in self._items(REPLICA_SET.path(NAMESPACE))
            if ROLLOUTS_POD_TEMPLATE_HASH in each["metadata"]["labels"]
        }

    def analyses(self) -> list[dict[str, Any]]:
        """The AnalysisRuns of the version that is wanted."""
        current = self.rollout().get("status", {}).get("currentPodHash")
        runs = self._items(ANALYSIS_RUN.path(NAMESPACE))
        return [each for each in runs if each["metadata"]["labels"][ROLLOUTS_POD_TEMPLATE_HASH] == current]

    def preview_url(self) -> str | None:
        """Where the preview of blue-green answers."""
        name = self.rollout()["spec"]["strategy"].get("blueGreen", {}).get("previewService")
        if name is None:
            return None
        spec = self._get(SERVICE.path(NAMESPACE, name))["spec"]
        return f"http://{spec['clusterIP']}:{spec['ports'][0]['port']}"

    def patch(self, status: dict[str, Any]) -> None:
        """Tells the controller, as `kubectl argo rollouts` does."""
        path = f"{ROLLOUT.path(NAMESPACE, NAME)}/status"
        self._checked(self._http.patch(path, json={"status": status}, headers=MERGE_PATCH))

    def promote(self) -> None:
        """Ends the pause, or where there is none, the step."""
        status = self.rollout().get("status", {})
        step = status.get("currentStepIndex")
        waits = [each["reason"] for each in status.get("pauseConditions") or ()]
        if "InconclusiveAnalysisRun" in waits and step is not None:
            self.patch({"pauseConditions": None, "controllerPause": False, "currentStepIndex": step + 1})
        elif waits or step is None:
            self.patch({"pauseConditions": None})
        else:
            self.patch({"pauseConditions": None, "currentStepIndex": step + 1})

    def _items(self, path: str) -> list[dict[str, Any]]:
        return self._get(path)["items"]

    def _get(self, path: str) -> dict[str, Any]:
        try:
            return self._checked(self._http.get(path)).json()
        except httpx.TransportError as error:
            raise SandboxError(
                f"the local cluster does not answer ({error}); `make status` shows what is wrong"
            ) from error

    @staticmethod
    def _checked(response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        reason = response.json().get("message", response.text) if response.content else response.reason_phrase
        raise SandboxError(f"the local cluster: {reason}; `make up` raises the stack")

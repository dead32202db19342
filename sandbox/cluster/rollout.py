"""Rollouts: what the strategies decide, carried out on ReplicaSets, Services, the route and AnalysisRuns."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.cluster import analysis_run
from sandbox.cluster.blue_green import blue_green
from sandbox.cluster.canary import canary, rolling
from sandbox.cluster.kinds import ROLLOUT, ROLLOUTS_POD_TEMPLATE_HASH, SERVICE, VIRTUAL_SERVICE
from sandbox.cluster.progress import DEFAULT_DEADLINE_SECONDS, moved, needs_another, phase, timestamp
from sandbox.cluster.revision import Revisions, counts, current_revision, forget, replicas, revisions, scale
from sandbox.cluster.store import Object, Store
from sandbox.cluster.strategies import Plan, View

SCALE_DOWN_AT = "scale-down-deadline"
RUN_STATUS = {
    "step": ("canary", "currentStepAnalysisRunStatus"),
    "background": ("canary", "currentBackgroundAnalysisRunStatus"),
    "pre": ("blueGreen", "prePromotionAnalysisRunStatus"),
    "post": ("blueGreen", "postPromotionAnalysisRunStatus"),
}
SERVICES = ("stableService", "canaryService", "activeService", "previewService")


def reconcile(store: Store) -> None:
    """Brings each Rollout one step further along its strategy."""
    for rollout in store.list(ROLLOUT):
        if "deletionTimestamp" not in rollout["metadata"]:
            _reconcile(store, rollout)


def _reconcile(store: Store, rollout: Object) -> None:
    found = revisions(store, rollout, ROLLOUTS_POD_TEMPLATE_HASH)
    view = _view(store, rollout, found)
    if _is_resumed(view.status):
        status, message = phase(view.replicas, view.status, _serving(rollout, view.status))
        store.set_status(rollout, phase=status, message=message)
        return
    plan = _strategy_of(rollout)(view)
    idle = [each for version, each in found.items() if not view.created.get(version) and not plan.sizes.get(version)]
    scale(store, found, plan.sizes)
    for version, each in found.items():
        _annotate(store, each, plan.deadlines.get(version))
    for service, version in plan.selectors.items():
        _point(store, rollout, service, version)
    if plan.weight is not None:
        _route(store, rollout, plan.weight)
    runs = _runs(store, rollout, view, plan)
    forget(store, rollout, [each for each in idle if each["metadata"]["name"][-len(view.current) :] != view.current])
    store.set_status(rollout, **_status(rollout, view, plan, runs))


def _strategy_of(rollout: Object) -> Callable[[View], Plan]:
    strategy = rollout["spec"].get("strategy", {})
    if "blueGreen" in strategy:
        return blue_green
    return canary if "trafficRouting" in strategy.get("canary", {}) else rolling


def _view(store: Store, rollout: Object, found: Revisions) -> View:
    status, current = rollout.get("status", {}), current_revision(rollout)
    stable = status.get("stableRS") if status.get("stableRS") in found else None
    deadlines = {
        version: datetime.fromisoformat(each["metadata"]["annotations"][SCALE_DOWN_AT])
        for version, each in found.items()
        if SCALE_DOWN_AT in each["metadata"].get("annotations", {})
    }
    born = {version: each["metadata"]["creationTimestamp"] for version, each in found.items()}
    return View(
        replicas=replicas(store, rollout),
        current=current,
        stable=stable,
        sizes={version: each["spec"]["replicas"] for version, each in found.items()},
        available=counts(found, "availableReplicas"),
        created=counts(found, "replicas"),
        spec=rollout["spec"],
        status=status,
        selectors={name: _pointed_at(store, rollout, name) for name in _services(rollout)},
        deadlines=deadlines,
        runs={role: analysis_run.seen(each) for role, each in _current_runs(store, rollout).items()},
        goes_back=stable is not None and born[current] < born[stable],
        now=datetime.now(UTC),
    )


def _services(rollout: Object) -> list[str]:
    strategy = next(iter(rollout["spec"].get("strategy", {}).values()), {})
    return [strategy[key] for key in SERVICES if key in strategy]


def _pointed_at(store: Store, rollout: Object, name: str) -> str | None:
    service = store.get(SERVICE, rollout["metadata"]["namespace"], name) or {"spec": {}}
    return service["spec"].get("selector", {}).get(ROLLOUTS_POD_TEMPLATE_HASH)


def _point(store: Store, rollout: Object, name: str, version: str) -> None:
    service = store.get(SERVICE, rollout["metadata"]["namespace"], name)
    if service:
        selector = service["spec"].get("selector", {}) | {ROLLOUTS_POD_TEMPLATE_HASH: version}
        store.write({**service, "spec": {**service["spec"], "selector": selector}})


def _annotate(store: Store, replica_set: Object, deadline: datetime | None) -> None:
    annotations = {**replica_set["metadata"].get("annotations", {})}
    annotations.pop(SCALE_DOWN_AT, None)
    if deadline:
        annotations[SCALE_DOWN_AT] = timestamp(deadline)
    if annotations != replica_set["metadata"].get("annotations", {}):
        store.write({**replica_set, "metadata": {**replica_set["metadata"], "annotations": annotations}})


def _route(store: Store, rollout: Object, weight: int) -> None:
    """Sets the weights of the routes that the strategy names; nothing else of the VirtualService changes."""
    strategy = rollout["spec"]["strategy"]["canary"]
    named = strategy["trafficRouting"].get("istio", {}).get("virtualService")
    found = store.get(VIRTUAL_SERVICE, rollout["metadata"]["namespace"], named["name"]) if named else None
    if found is None:
        return
    weights = {strategy["stableService"]: 100 - weight, strategy["canaryService"]: weight}
    http = [
        _weighted(rule, weights) if rule.get("name") in named.get("routes", [rule.get("name")]) else rule
        for rule in found["spec"].get("http", ())
    ]
    store.write({**found, "spec": {**found["spec"], "http": http}})


def _weighted(rule: Object, weights: dict[str, int]) -> Object:
    hosts = {each["destination"]["host"]: each for each in rule["route"]}
    return {**rule, "route": [{**each, "weight": weights.get(host, 0)} for host, each in hosts.items()]}


def _current_runs(store: Store, rollout: Object) -> dict[str, Object]:
    named = {
        role: (rollout.get("status", {}).get(section, {}).get(field) or {}).get("name")
        for role, (section, field) in RUN_STATUS.items()
    }
    owned = {each["metadata"]["name"]: each for each in analysis_run.owned(store, rollout)}
    return {role: owned[name] for role, name in named.items() if name in owned}


def _runs(store: Store, rollout: Object, view: View, plan: Plan) -> dict[str, Object]:
    """Begins the analyses that are wanted and do not go on yet, ends the others; returns those that are current."""
    going = _current_runs(store, rollout)
    current = {
        role: going[role]
        if not needs_another(view, view.runs.get(role))
        else analysis_run.begin(store, rollout, role, analysis, latest=view.current, stable=view.stable or "")
        for role, analysis in plan.wanted.items()
    }
    analysis_run.end_others(store, rollout, {each["metadata"]["name"] for each in current.values()})
    return current


def _status(rollout: Object, view: View, plan: Plan, runs: dict[str, Object]) -> Object:
    before = view.status
    strategy = rollout["spec"].get("strategy", {}).get("blueGreen", {})
    active = plan.selectors.get(strategy.get("activeService", ""))
    status = {
        "currentStepIndex": None,
        "restartedAt": rollout["spec"].get("restartAt"),
        **plan.status,
        "observedGeneration": str(rollout["metadata"]["generation"]),
        "currentPodHash": view.current,
        "stableRS": plan.stable,
        "replicas": sum(view.created.values()),
        "updatedReplicas": view.created.get(view.current, 0),
        "availableReplicas": view.available.get(active, 0) if active else sum(view.available.values()),
        "canary": _run_status("canary", runs) | _weights(view, plan, before),
        "blueGreen": _run_status("blueGreen", runs) | _selected(view, plan, strategy),
    }
    return _settled(rollout, view, plan, status)


def _run_status(section: str, runs: dict[str, Object]) -> Object:
    return {
        field: {"name": runs[role]["metadata"]["name"], "status": analysis_run.seen(runs[role]).phase}
        for role, (owner, field) in RUN_STATUS.items()
        if owner == section and role in runs
    }


def _weights(view: View, plan: Plan, before: Object) -> Object:
    if plan.weight is None:
        return {"weights": before.get("canary", {}).get("weights")}
    return {
        "weights": {
            "canary": {"weight": plan.weight, "podTemplateHash": view.current},
            "stable": {"weight": 100 - plan.weight, "podTemplateHash": view.stable},
        }
    }


def _selected(view: View, plan: Plan, strategy: Object) -> Object:
    names = {"activeSelector": strategy.get("activeService"), "previewSelector": strategy.get("previewService")}
    return {
        field: plan.selectors.get(service, view.selectors.get(service)) for field, service in names.items() if service
    }


def _settled(rollout: Object, view: View, plan: Plan, status: Object) -> Object:
    """The status with its phase, given up where the new version's pods get no further."""
    before, spec = view.status, rollout["spec"]
    progressed = before.get("currentPodHash") != view.current or moved(before, status)
    waits = bool(status["pauseConditions"] or plan.wanted.keys() & {"step", "pre"} or _keeps_old(view))
    since = before.get("progressedAt")
    status["progressedAt"] = timestamp(view.now) if progressed or waits or since is None else since
    limit = timedelta(seconds=spec.get("progressDeadlineSeconds", DEFAULT_DEADLINE_SECONDS))
    late = view.now - datetime.fromisoformat(status["progressedAt"]) > limit
    unfinished = status["stableRS"] != view.current and not status["abort"]
    status["timedOut"] = late and unfinished
    if status["timedOut"] and spec.get("progressDeadlineAbort"):
        message = f'ReplicaSet "{rollout["metadata"]["name"]}-{view.current}" has timed out progressing.'
        abort = {"abort": True, "abortedAt": timestamp(view.now), "abortMessage": message, "timedOut": False}
        status |= {**abort, "pauseConditions": [], "controllerPause": False}
    status["phase"], status["message"] = phase(view.replicas, status, _serving(rollout, status))
    return status


def _is_resumed(status: Object) -> bool:
    """Whether somebody took the pauses away; that is told before anything is done about it."""
    return status.get("phase") == "Paused" and not status["pauseConditions"]


def _serving(rollout: Object, status: Object) -> str | None:
    """The version that takes the requests; nothing but blue-green tells it from the one that is wanted."""
    is_blue_green = "blueGreen" in rollout["spec"]["strategy"]
    return status["blueGreen"].get("activeSelector") if is_blue_green else status["currentPodHash"]


def _keeps_old(view: View) -> bool:
    return any(version not in (view.current, view.stable) for version in view.deadlines)

"""`make rollout`: how the version on its way is doing."""

from __future__ import annotations

from sandbox import releases
from sandbox.rollouts import Rollouts
from sandbox.watch import described
from sandbox.workspace import Workspace


def run(workspace: Workspace) -> None:
    """Prints the rollout, its measurements and the versions that there are."""
    with Rollouts(workspace) as rollouts:
        print(described(workspace, rollouts))
        if preview := rollouts.preview_url():
            print(f"preview: {preview}")
        analyses = rollouts.analyses()
    for metric in (each for run in analyses for each in run.get("status", {}).get("metricResults", ())):
        last = metric["measurements"][-1]
        print(f"  {metric['name']}: {metric['phase']}, last {last['phase']} {last.get('value', last.get('message'))}")
    print(f"versions: {', '.join(releases.named(workspace)) or 'none released yet'}")

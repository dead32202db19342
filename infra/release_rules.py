"""What Argo Rollouts would refuse of a release, or carry out to somebody's harm."""

from collections.abc import Iterator

from infra.shared.release import STEP_FIELDS, Analysis, Release, Strategy


def steps_say_one_thing_each(release: Release) -> Iterator[str]:
    """A step does exactly one thing, and an analysis measures something."""
    for index, step in enumerate(release.steps):
        if len(step.given) != 1:
            given = ", ".join(step.given) or "nothing"
            yield f"release.steps.{index}: given {given}; allowed is exactly one of {', '.join(STEP_FIELDS)}"
        elif step.analyses == ():
            yield f"release.steps.{index}.analyses: given none; allowed are one or more of {', '.join(Analysis)}"
        elif step.approval is False:
            yield f"release.steps.{index}.approval: given false; allowed is true, or leave the step out"


def steps_belong_to_canaries(release: Release) -> Iterator[str]:
    """Only a canary goes by steps; it starts with a share of the requests, and none goes without a measurement."""
    if release.strategy is not Strategy.CANARY:
        if release.steps:
            yield f"release.steps: given {len(release.steps)} steps; allowed are none under {release.strategy}"
        return
    if not release.steps or release.steps[0].weight_percent is None:
        yield "release.steps: given no weight_percent at first; allowed are steps that begin with one"
    if not any(step.analyses for step in release.steps):
        yield "release.steps: given no analyses; allowed are steps of which at least one has analyses"


def weights_rise(release: Release) -> Iterator[str]:
    """Each weight gives the new version more than the one before."""
    weights = [step.weight_percent for step in release.steps if step.weight_percent is not None]
    if weights != sorted(set(weights)):
        yield f"release.steps: given weights {weights}; allowed are rising ones"


def something_can_be_watched(release: Release) -> Iterator[str]:
    """A rolling update has no moment at which the new version could be told from the old one."""
    if release.strategy is Strategy.ROLLING and release.watched:
        yield f"release.watched: given {', '.join(release.watched)}; allowed are none under rolling"


def no_data_is_no_success(release: Release) -> Iterator[str]:
    """A limit as high as the number of measurements would let a version pass that was never measured, or always bad."""
    measuring = release.measuring
    for name in ("failure_limit", "inconclusive_limit"):
        if getattr(measuring, name) >= measuring.measurements:
            yield (
                f"release.measuring.{name}: given {getattr(measuring, name)}; "
                f"allowed are fewer than release.measuring.measurements {measuring.measurements}"
            )


def old_version_outlives_the_watch(release: Release) -> Iterator[str]:
    """Blue-green switches back to pods that have to be there still when the last measurement is taken."""
    watch_seconds = release.measured_seconds
    is_watched = release.strategy is Strategy.BLUE_GREEN and release.watched
    if is_watched and release.scale_down_delay_seconds <= watch_seconds:
        yield (
            f"release.scale_down_delay_seconds: given {release.scale_down_delay_seconds}; "
            f"allowed are more than {watch_seconds}, which the watched analyses take after the switch"
        )

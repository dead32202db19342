"""How a new version arrives: the typed configuration of strategies, steps, analyses and budgets."""

from enum import StrEnum
from typing import Annotated

from annotated_types import Interval
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

_STRICT = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

Revision = Annotated[str, Field(pattern=r"^(base|contract_[a-z0-9_]+)$")]
Percent = Annotated[int, Interval(ge=1, le=100)]
Weight = Annotated[int, Interval(ge=1, le=99)]
Seconds = Annotated[int, Interval(ge=1, le=86_400)]
Count = Annotated[int, Interval(ge=1, le=1000)]
Limit = Annotated[int, Interval(ge=0, le=1000)]
Share = Annotated[float, Interval(gt=0, le=100)]
Factor = Annotated[float, Interval(ge=1, le=100)]


class Strategy(StrEnum):
    """Pod by pod; all beside all, then one switch; or a share of the traffic that grows."""

    ROLLING = "rolling"
    BLUE_GREEN = "blue-green"
    CANARY = "canary"


class Analysis(StrEnum):
    """What is measured of a new version; the word is also the AnalysisTemplate's name."""

    SUCCESS_RATE = "success-rate"
    LATENCY = "latency"
    SATURATION = "saturation"
    ORDERS_CONFIRMED = "orders-confirmed"


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Step:
    """One step of a canary; exactly one field is given."""

    weight_percent: Weight | None = None
    """The new version's share of the requests."""
    pause_seconds: Seconds | None = None
    """How long nothing changes."""
    approval: bool | None = None
    """Wait until somebody promotes."""
    analyses: tuple[Analysis, ...] | None = None
    """Go on only when each of these succeeded."""

    @property
    def given(self) -> dict[str, object]:
        """The fields that were given."""
        return {name: value for name, value in vars(self).items() if name in STEP_FIELDS and value is not None}


STEP_FIELDS = ("weight_percent", "pause_seconds", "approval", "analyses")


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Measuring:
    """How often is measured, over how long, and how many measurements may go wrong."""

    warm_up_seconds: Limit
    """A version's first requests meet cold pods: so long nothing is measured of it."""
    interval_seconds: Seconds
    window_seconds: Annotated[int, Interval(ge=4, le=3600)]
    """Each measurement looks back over this window."""
    measurements: Count
    """How many a step's analysis takes."""
    failure_limit: Limit
    """So many may fail; one more, and the release is aborted."""
    inconclusive_limit: Limit
    """So many may find no data, or too few requests; one more, and the release waits for somebody."""
    least_requests: Count
    """Nothing is concluded from fewer requests in the window."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Budgets:
    """What a new version may cost, by itself and against the stable version at the same time."""

    least_success_percent: Share
    most_success_drop_percent: Share
    """Percentage points under the stable version's success rate."""
    most_p99_milliseconds: Annotated[int, Interval(ge=1, le=60_000)]
    most_p99_times_stable: Factor
    least_p99_milliseconds: Annotated[int, Interval(ge=1, le=60_000)]
    """A stable version faster than this is taken to be as slow as this when the two are compared."""
    most_saturation_percent: Percent
    """Of the memory limit."""
    most_saturation_times_stable: Factor
    least_confirmed_percent: Share
    """Of the orders that are placed."""
    most_confirmed_drop_percent: Share
    """Percentage points under the stable version's share of orders that are confirmed."""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Release:
    """The strategy and everything that decides about a new version."""

    strategy: Strategy
    steps: tuple[Step, ...]
    """Of a canary; other strategies have none."""
    watched: tuple[Analysis, ...]
    """Measured all the time: from a canary's first weight on, or after the switch of blue-green."""
    promote_after_seconds: Annotated[int, Interval(ge=0, le=86_400)]
    """How long blue-green keeps the new version in preview; 0 waits for somebody."""
    approval_seconds: Seconds
    """How long `pulumi up` waits for somebody."""
    progress_deadline_seconds: Seconds
    """A version whose pods get no further for so long is aborted."""
    scale_down_delay_seconds: Seconds
    """The old version's pods stay this long after the switch, ready to be switched back to."""
    abort_scale_down_delay_seconds: Seconds
    """The aborted version's pods stay this long, to be looked at."""
    measuring: Measuring
    budgets: Budgets
    contract_to: Revision | None = None
    """What the schema is contracted to once the version serves and no other one is left, `base` to give all of it back;
    left out, nothing is taken away."""

    @property
    def analyses(self) -> tuple[Analysis, ...]:
        """Every analysis that a step or the watch names, each once."""
        named = {each for step in self.steps for each in step.analyses or ()} | set(self.watched)
        return tuple(each for each in Analysis if each in named)

    @property
    def delay_seconds(self) -> int:
        """From an analysis' begin to its first measurement, whose window lies behind the warm-up."""
        return self.measuring.warm_up_seconds + self.measuring.window_seconds

    @property
    def measured_seconds(self) -> int:
        """How long an analysis takes, with one interval to spare."""
        return self.delay_seconds + self.measuring.interval_seconds * (self.measuring.measurements + 1)

    @property
    def longest_seconds(self) -> int:
        """How long a release can take before somebody ought to look."""
        steps = sum(self._step_seconds(step) for step in self.steps)
        preview = 0
        if self.strategy is Strategy.BLUE_GREEN:
            preview = (self.promote_after_seconds or self.approval_seconds) + self.measured_seconds
        return self.progress_deadline_seconds + steps + preview

    def _step_seconds(self, step: Step) -> int:
        waited = self.approval_seconds if step.approval else step.pause_seconds or 0
        return waited + (self.measured_seconds if step.analyses else 0)

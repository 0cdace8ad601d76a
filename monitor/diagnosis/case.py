"""The case: all that is known about one failing component when it is diagnosed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.change import Change
from monitor.model.check import Check
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import Window
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.status import CheckState, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the rules may look at.

    *recent* holds the last observations per check, oldest first; *baselines* the median duration
    in seconds of each check's good runs before the onset; *own* what each component's own checks
    say; *excusing* is the window in progress that explains the failure, if one does.
    """

    component: str
    onset: Onset
    graph: Graph
    own: Mapping[str, Status]
    checks: Mapping[str, Check]
    states: Mapping[str, CheckState]
    recent: Mapping[str, tuple[Observation, ...]]
    baselines: Mapping[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    excusing: Window | None = None

    def kind_of(self, component: str) -> ComponentKind:
        """Return what *component* is."""
        return self.graph.components[component].kind

    def checks_of(self, component: str) -> tuple[str, ...]:
        """Return the names of the checks of *component*."""
        return tuple(name for name, each in self.checks.items() if each.component == component)

    def since_onset(self, component: str) -> Iterator[Observation]:
        """Yield what was seen of *component* from the onset on, check by check."""
        for check in self.checks_of(component):
            for each in self.recent.get(check, ()):
                if each.started_at >= self.onset.first_failure_at:
                    yield each

    def last_of(self, component: str) -> Iterator[Observation]:
        """Yield the last observation of each check of *component*."""
        for check in self.checks_of(component):
            if seen := self.recent.get(check):
                yield seen[-1]

    def is_fresh_ok(self, component: str) -> bool:
        """Whether all checks of *component* succeeded after the onset.

        An ok older than the failure is no evidence.
        """
        last = list(self.last_of(component))
        return bool(last) and all(
            each.succeeded and each.started_at >= self.onset.first_failure_at for each in last
        )

    def suspects(self) -> tuple[str, ...]:
        """Return the component and those of its dependencies that fail too, deepest first."""
        needed = self.graph.all_needs(self.component)
        return tuple(
            name
            for name in self.graph.order()
            if name == self.component or (name in needed and self._fails(name))
        )

    def change_before(self, component: str, within_seconds: float) -> Change | None:
        """Return the last change of *component* up to *within_seconds* before the onset."""
        near = [
            each
            for each in self.changes
            if each.component == component and self._is_near(each.at, within_seconds)
        ]
        return max(near, key=lambda each: each.at, default=None)

    def _is_near(self, at: datetime, within_seconds: float) -> bool:
        # A deploy is often reported a moment after it took effect.
        before = (self.onset.first_failure_at - at).total_seconds()
        return -30.0 <= before <= within_seconds

    def _fails(self, component: str) -> bool:
        return any(not each.succeeded for each in self.last_of(component))

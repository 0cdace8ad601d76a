"""A batch: all that one step of the engine changed, to be stored in one unit of work."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.change import Change
from monitor.model.events import Event
from monitor.model.fault import MonitorFault
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.observation import Observation, Trigger
from monitor.model.series import Series
from monitor.model.status import CheckState, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """A wish of the engine to see a check sooner than planned, *delay_seconds* from now."""

    check: str
    trigger: Trigger
    delay_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """State and events of one step; *probes* are wishes for the schedule and are not stored.

    *observation* goes to the rollups only. A batch with `is_urgent` is committed at once.
    """

    at: datetime
    observation: Observation | None = None
    transitions: tuple[Transition, ...] = ()
    incidents: tuple[Incident, ...] = ()
    windows: tuple[Window, ...] = ()
    series: tuple[Series, ...] = ()
    changes: tuple[Change, ...] = ()
    faults: tuple[MonitorFault, ...] = ()
    events: tuple[Event, ...] = ()
    probes: tuple[ProbeRequest, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether it holds more than a figure for the rollups."""
        parts = (
            self.transitions,
            self.incidents,
            self.windows,
            self.series,
            self.changes,
            self.faults,
        )
        return any(parts) or bool(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """What the store gives back at start: the latest of everything that is not history."""

    checks: tuple[CheckState, ...] = ()
    statuses: tuple[Transition, ...] = ()
    incidents: tuple[Incident, ...] = ()
    windows: tuple[Window, ...] = ()
    series: tuple[Series, ...] = ()
    changes: tuple[Change, ...] = ()
    faults: tuple[MonitorFault, ...] = ()
    alive_until: datetime | None = None

"""What must hold of every batch a monitor brings, whatever happens to it: collected, not raised."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.engine.cases import excusing_window
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.events import Event, EventType
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import Incident, IncidentStatus
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.status import Status, Transition

# No failure goes untold for so long: confirmation, once more after a root recovered, is over.
UNTOLD_FOR = timedelta(minutes=30)

_LIVES = {
    IncidentStatus.OPEN: {
        IncidentStatus.OPEN, IncidentStatus.MONITORING, IncidentStatus.WITHDRAWN,
    },
    IncidentStatus.MONITORING: {
        IncidentStatus.MONITORING, IncidentStatus.OPEN, IncidentStatus.RESOLVED,
        IncidentStatus.WITHDRAWN,
    },
    IncidentStatus.RESOLVED: set(),
    IncidentStatus.WITHDRAWN: set(),
}  # fmt: skip
_WORKS = {
    WindowStatus.DRAFT: {WindowStatus.DRAFT, WindowStatus.SCHEDULED, WindowStatus.CANCELLED},
    WindowStatus.SCHEDULED: {
        WindowStatus.SCHEDULED, WindowStatus.IN_PROGRESS, WindowStatus.CANCELLED,
    },
    WindowStatus.IN_PROGRESS: {
        WindowStatus.IN_PROGRESS, WindowStatus.OVERRUNNING, WindowStatus.COMPLETED,
    },
    WindowStatus.OVERRUNNING: {
        WindowStatus.OVERRUNNING, WindowStatus.IN_PROGRESS, WindowStatus.COMPLETED,
    },
    WindowStatus.COMPLETED: set(),
    WindowStatus.CANCELLED: set(),
}  # fmt: skip
_LAST = (EventType.INCIDENT_RESOLVED, EventType.INCIDENT_WITHDRAWN)


class Record:
    """All that was told so far, and in `broken` what should never have been."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.incidents: dict[str, Incident] = {}
        self.windows: dict[str, Window] = {}
        self.events = 0
        self._told: dict[str, Event] = {}
        self._revisions: dict[str, int] = {}
        self._words: dict[tuple[str, str], Transition] = {}
        self._faults: dict[FaultKind, MonitorFault] = {}
        self._at: datetime | None = None
        self._blind_at: datetime | None = None
        self._stepped_at: list[datetime] = []

    def clock_stepped(self, before: datetime) -> None:
        """Note that the wall clock was stepped: spans across it mean nothing."""
        self._stepped_at.append(before)
        self._at = None

    def see(self, batch: Batch, memory: Memory) -> None:
        """Hold a batch against all that was told before it."""
        if self._at is not None and batch.at < self._at:
            self._wrong(batch.at, f"after {self._at}: time runs backwards")
        self._at = batch.at
        for event in batch.events:
            self._hear(event)
        for incident in batch.incidents:
            self._follow(incident, batch.at)
        for window in batch.windows:
            self._work(window, batch.at)
        for fault in batch.faults:
            self._suffer(fault, batch.at)
        for transition in batch.transitions:
            self._word(transition)
        self._look(memory, batch.at)

    def end(self, memory: Memory, now: datetime) -> None:
        """Hold what is left, long after the last fault, against what it should be."""
        for each in self.incidents.values():
            if not each.status.is_ended:
                self._wrong(now, f"{each.id} at {each.root} never ended")
        for window in self.windows.values():
            if window.end + UNTOLD_FOR < now and not window.status.is_ended:
                self._wrong(now, f"window {window.id} of {window.end} is {window.status}")
        for view in memory.views.values():
            if view.displayed is not Status.OPERATIONAL:
                self._wrong(now, f"{view.name} is {view.displayed}")
        for kind in self._faults:
            self._wrong(now, f"{kind} never cleared")

    def _wrong(self, at: datetime, what: str) -> None:
        self.broken.append(f"{at:%Y-%m-%d %H:%M:%S} {what}")

    def _hear(self, event: Event) -> None:
        """Opened once and first, ended once and last, every revision one more than the last."""
        self.events += 1
        before = self._told.get(event.subject)
        revision = event.data.get("revision")
        if event.type.startswith("incident."):
            opens = event.type is EventType.INCIDENT_OPENED
            if opens is not (before is None):
                self._wrong(event.at, f"{event.type} of {event.subject} after {before}")
            if before is not None and before.type in _LAST:
                self._wrong(event.at, f"{event.type} of {event.subject} after its end")
        if isinstance(revision, int):
            known = self._revisions.get(event.subject, 0)
            if revision != known + 1:
                self._wrong(event.at, f"revision {revision} of {event.subject} after {known}")
            self._revisions[event.subject] = revision
        self._told[event.subject] = event

    def _follow(self, incident: Incident, at: datetime) -> None:
        before = self.incidents.get(incident.id)
        self.incidents[incident.id] = incident
        name = f"{incident.id} at {incident.root}"
        times = (
            ("started", incident.started_at), ("recovered", incident.recovered_at),
            ("monitoring", incident.monitoring_at), ("resolved", incident.resolved_at),
        )  # fmt: skip
        if not self._was_stepped_since(incident.started_at):
            self._ordered(name, times, at)
            self._ordered(name, (times[0], ("confirmed", incident.confirmed_at)), at)
        if len(set(incident.components)) != len(incident.components):
            self._wrong(at, f"{name} has a member twice: {incident.components}")
        twins = [
            each.id
            for each in self.incidents.values()
            if each.root == incident.root and each.id != incident.id and not each.status.is_ended
        ]
        if twins and incident.status is IncidentStatus.OPEN:
            self._wrong(at, f"{name} beside {twins}")
        if before is None:
            return
        if incident.status not in _LIVES[before.status]:
            self._wrong(at, f"{name} went from {before.status} to {incident.status}")
        if incident.severity.rank < before.severity.rank:
            self._wrong(at, f"{name} fell from {before.severity} to {incident.severity}")
        if incident.started_at > before.started_at:
            self._wrong(at, f"{name} began later than it did")

    def _work(self, window: Window, at: datetime) -> None:
        before = self.windows.get(window.id)
        self.windows[window.id] = window
        name = f"window {window.id}"
        begun = max(window.start, window.approved_at or window.start)
        times = (("planned", begun), ("begun", window.actual_start), ("over", window.actual_end))
        if window.actual_start is not None and not self._was_stepped_since(window.start):
            self._ordered(name, times, at)
        if window.overrun_since not in (None, window.end):
            self._wrong(at, f"{name} overran from {window.overrun_since}, not {window.end}")
        if before is not None and window.status not in _WORKS[before.status]:
            self._wrong(at, f"{name} went from {before.status} to {window.status}")

    def _suffer(self, fault: MonitorFault, at: datetime) -> None:
        begins = fault.cleared_at is None
        if begins is (fault.kind in self._faults):
            self._wrong(at, f"{fault.kind} {'again' if begins else 'cleared twice'}")
        if begins:
            self._faults[fault.kind] = fault
        else:
            self._faults.pop(fault.kind, None)

    def _word(self, transition: Transition) -> None:
        """A component's or service's word changes with every transition."""
        key = (transition.subject_kind, transition.subject)
        before = self._words.get(key)
        self._words[key] = transition
        if transition.state is None and before is not None and _said(before) == _said(transition):
            self._wrong(transition.at, f"{transition.subject} is {_said(transition)} again")

    def _look(self, memory: Memory, at: datetime) -> None:
        """What fails is an incident, or explained; blind, the monitor tells nothing."""
        if FaultKind.ISOLATED in memory.faults:
            self._blind_at = at
            if memory.is_dirty:
                return
            fresh = [each for each in memory.incidents.values() if each.confirmed_at == at]
            shown = {view.displayed for view in memory.views.values()} - {Status.UNKNOWN}
            if fresh or shown:
                self._wrong(at, f"cut off, and yet {fresh} {shown}")
            return
        for name, since in memory.bad_since.items():
            if not memory.is_dirty and not self._was_stepped_since(since):
                self._look_at(memory, name, since, at)

    def _look_at(self, memory: Memory, name: str, since: datetime, at: datetime) -> None:
        """A failure is told within half an hour, counted anew once what it hung on recovered."""
        own = [each for each in memory.incidents.values() if name in each.components]
        if any(each.status is IncidentStatus.OPEN for each in own):
            return
        marks = [since, self._blind_at, *(each.monitoring_at for each in own)]
        counted = max(each for each in marks if each is not None)
        if at - counted > UNTOLD_FOR:
            onset = memory.onset_of(name, at)
            if excusing_window(memory, name, onset, at) is None:
                self._wrong(at, f"{name} fails since {since} and nobody says so")

    def _ordered(
        self, name: str, times: Iterable[tuple[str, datetime | None]], at: datetime
    ) -> None:
        known = [(word, time) for word, time in times if time is not None]
        for (first, earlier), (second, later) in pairwise(known):
            if earlier > later:
                self._wrong(at, f"{name} {second} {later} before {first} {earlier}")

    def _was_stepped_since(self, moment: datetime) -> bool:
        return any(each >= moment for each in self._stepped_at)


def _said(transition: Transition) -> tuple[str, str, bool]:
    return transition.observed, transition.displayed, transition.planned

"""A step under way: collects what changed and becomes one batch with its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.engine.memory import Memory
from monitor.incidents.transitions import Change, change_between
from monitor.model.batch import Batch, ProbeRequest
from monitor.model.change import Change as PlatformChange
from monitor.model.events import Event, EventType, Json
from monitor.model.fault import MonitorFault
from monitor.model.identity import make_id
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.observation import Observation
from monitor.model.payloads import fault_payload, incident_payload, mute_payload, window_payload
from monitor.model.series import Series
from monitor.model.status import CheckState, Transition

_EVENTS = {
    Change.OPENED: EventType.INCIDENT_OPENED,
    Change.RESOLVED: EventType.INCIDENT_RESOLVED,
    Change.WITHDRAWN: EventType.INCIDENT_WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a person did to an incident; *is_update* says that others must hear of it too."""

    name: str
    by: str
    details: Mapping[str, Json] = field(default_factory=dict)
    is_update: bool = False


class Draft:
    """What one step has changed so far; `batch()` closes it."""

    def __init__(self, memory: Memory, now: datetime) -> None:
        self._memory = memory
        self.now = now
        self._incidents_before = dict(memory.incidents)
        self._windows_before = dict(memory.windows)
        self.observation: Observation | None = None
        self.transitions: list[Transition] = []
        self.series: list[Series] = []
        self.changes: list[PlatformChange] = []
        self.faults: list[MonitorFault] = []
        self.events: list[Event] = []
        self.probes: list[ProbeRequest] = []
        self._steps: dict[str, Step] = {}

    def tell_check(self, state: CheckState) -> None:
        """Add the transition of a check that is in *state* now."""
        word = state.condition.value
        self.transitions.append(
            Transition(
                subject_kind="check",
                subject=state.check,
                at=self.now,
                observed=word,
                displayed=word,
                state=state,
            )
        )

    def tell_window(self, window: Window, events: tuple[EventType, ...], by: str = "") -> None:
        """Add the events of a window's step; *by* is the person who took it, if one did."""
        for type_ in events:
            data = {**window_payload(window), "by": by}
            self.events.append(Event.of(type_, window.id, window.revision, self.now, data))

    def tell_step(self, identity: str, step: Step) -> None:
        """Tell the change of an incident as a person's doing."""
        self._steps[identity] = step

    def tell_report_due(self, incident: Incident, rule: str, deadline: Json, phase: str) -> None:
        """Add the event that reminds people of a report; one per rule and phase."""
        type_ = EventType.INCIDENT_REPORT_DUE
        self.events.append(
            Event(
                id=make_id("evt", type_, incident.id, rule, phase),
                type=type_,
                at=self.now,
                subject=incident.id,
                data={**incident_payload(incident), "change": phase, "deadline": deadline},
            )
        )

    def tell_mute(self, state: CheckState, type_: EventType, by: str = "") -> None:
        """Add the mute of a check, or its end, with its event."""
        mute = state.mute
        if mute is None:
            return
        data: dict[str, Json] = {"check": state.check, "component": state.component, "by": by}
        data |= mute_payload(mute)
        self.tell_check(state)
        self.events.append(Event.of(type_, mute.id, 1, self.now, data))

    def tell_fault(self, fault: MonitorFault, type_: EventType) -> None:
        """Add a fault of the monitor, or its end, with its event."""
        self.faults.append(fault)
        self.events.append(Event.of(type_, fault.id, 1, self.now, fault_payload(fault)))

    def batch(self) -> Batch:
        """Return all that changed, incidents with their events, as one unit of work."""
        incidents = tuple(self._changed_incidents())
        windows = tuple(
            each
            for key, each in self._memory.windows.items()
            if _is_news(self._windows_before.get(key), each)
        )
        batch = Batch(
            at=self.now,
            observation=self.observation,
            transitions=tuple(self.transitions),
            incidents=incidents,
            windows=windows,
            series=tuple(self.series),
            changes=tuple(self.changes),
            faults=tuple(self.faults),
            events=tuple(self.events),
            probes=tuple(self.probes),
        )
        if batch.is_urgent:
            self._memory.version += 1
        return batch

    def _changed_incidents(self) -> list[Incident]:
        changed: list[Incident] = []
        for key, incident in list(self._memory.incidents.items()):
            before = self._incidents_before.get(key)
            if before is incident or before == incident:
                continue
            told = self._tell_incident(before, incident)
            self._memory.incidents[key] = told
            changed.append(told)
        return changed

    def _tell_incident(self, before: Incident | None, incident: Incident) -> Incident:
        change = change_between(before, incident)
        step = self._steps.get(incident.id)
        if change is None and step is None:
            return replace(incident, updated_at=self.now)
        revision = 1 if before is None else incident.revision + 1
        told = replace(incident, updated_at=self.now, revision=revision)
        type_ = _type_of(change, step, incident)
        data = {**incident_payload(told), "change": change.value if change else ""}
        if step is not None:
            data |= {"change": data["change"] or step.name, "by": step.by, **step.details}
        self.events.append(Event.of(type_, told.id, told.revision, self.now, data))
        return told


def _type_of(change: Change | None, step: Step | None, incident: Incident) -> EventType:
    """Return how a change is told; what is only added to the record wakes nobody."""
    if change is not None:
        return _EVENTS.get(change, EventType.INCIDENT_UPDATED)
    is_update = step is not None and step.is_update and not incident.status.is_ended
    return EventType.INCIDENT_UPDATED if is_update else EventType.INCIDENT_NOTED


def _is_news(before: Window | None, after: Window) -> bool:
    """Whether a window changed in a way worth storing; the count of green rounds is not."""
    if before is None or before is after:
        return before is None
    same = replace(before, green_rounds=after.green_rounds, round_started_at=after.round_started_at)
    return same != after

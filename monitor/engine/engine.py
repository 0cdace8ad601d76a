"""The engine: every observation and every second passes here, and a batch comes out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from monitor.diagnosis.verdict import diagnose
from monitor.engine.breadth import Breadth
from monitor.engine.cases import case_of
from monitor.engine.draft import Draft
from monitor.engine.due import do_due
from monitor.engine.first_failure import probes_on_first_failure
from monitor.engine.judging import Judging
from monitor.engine.memory import Memory
from monitor.engine.names import NameWatch, failed_by_name, resolved
from monitor.engine.overrun import advance_windows
from monitor.engine.own_faults import (
    OwnFailures,
    is_isolated,
    is_own,
    take_back_failures,
)
from monitor.engine.own_verdict import MONITOR, own_verdicts
from monitor.engine.reconcile import is_gone, reconcile
from monitor.engine.statuses import active_windows, refresh
from monitor.incidents.transitions import withdraw
from monitor.model.batch import Batch, SavedState
from monitor.model.cause import Diagnosis
from monitor.model.configuration import Configuration
from monitor.model.events import EventType
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.identity import make_id
from monitor.model.maintenance import PatternKind
from monitor.model.observation import Observation, Outcome
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Status, StatusView
from monitor.status.confirmation import is_steady, lapse, observe

# A stepped clock, or a suspend, is a fault until checks have run again on the new time.
JUMP_IS_OVER_AFTER = timedelta(seconds=30)
OVER_BY_ITSELF = (FaultKind.CLOCK_JUMP, FaultKind.SUSPENDED)

_STEPS = attrgetter(
    "condition", "is_forecast", "is_figure", "bad_since", "good_since", "ever_succeeded", "flapping"
)


class ComponentVerdict(NamedTuple):
    """A component that is not well, and the verdict on it now."""

    component: str
    status: Status
    diagnosis: Diagnosis


class Engine:
    """Pure of I/O and clocks: *now* comes in, batches go out.

    `observe` takes in one observation and is cheap; `settle` brings statuses, incidents and
    windows in line and is due whenever `is_dirty`; `advance` does so once a second.
    """

    def __init__(self, configuration: Configuration, saved: SavedState, now: datetime) -> None:
        self.memory = Memory(configuration, saved, now)
        self.judging = Judging()
        self._names = NameWatch()
        self._own_failures = OwnFailures()
        self._breadth = Breadth(self.memory)

    def observe(self, observation: Observation, now: datetime) -> Batch:
        """Take in *observation*; returns its transition and the probes it calls for."""
        memory = self.memory
        check = memory.checks.get(observation.check)
        if check is None:
            return Batch(at=now)
        if observation.outcome is Outcome.MISSED:
            return Batch(at=now, observation=observation)
        before = memory.states[check.name]
        if self._is_nothing_new(before, observation):
            memory.note(observation, observe(before, observation, check.confirmation))
            return Batch(at=now, observation=observation)
        draft = Draft(memory, now)
        draft.observation = observation
        self._judge_names(draft, observation)
        counts = self._counts(observation)
        if counts:
            before = lapse(before, observation.started_at, memory.patience[check.name])
        is_first = not memory.was_seen(before)
        after = observe(before, observation, check.confirmation) if counts else before
        memory.note(observation, after)
        self._judge_self(draft, observation)
        if is_first or _is_step(before, after):
            # What was just seen may have been taken back at once.
            draft.tell_check(memory.states[check.name])
            memory.moved.add(check.component)
            memory.is_dirty = True
        if after.bad_since is not None and before.bad_since is None:
            draft.probes.extend(probes_on_first_failure(memory, observation, after))
        if observation.outcome is not Outcome.OK:
            self.judging.note_evidence()
        return draft.batch()

    def _is_nothing_new(self, before: CheckState, observation: Observation) -> bool:
        """Whether a check that works still works: nearly all observations of a good day."""
        is_good = observation.outcome is Outcome.OK and is_steady(before)
        return is_good and self.is_calm and self.memory.was_seen(before)

    def settle(self, now: datetime) -> Batch:
        """Bring statuses and incidents in line with the checks."""
        draft = Draft(self.memory, now)
        self._settle(draft)
        return draft.batch()

    def advance(self, now: datetime) -> Batch:
        """Do everything that is due at *now*: stale checks, windows, watch times, verdicts."""
        memory = self.memory
        draft = Draft(memory, now)
        do_due(memory, draft)
        advance_windows(memory, draft)
        open_incidents = any(not each.status.is_ended for each in memory.incidents.values())
        if memory.is_dirty or open_incidents or active_windows(memory) or memory.bad_since:
            self._settle(draft)
        # What is seen in the dark is no evidence.
        if open_incidents and not self._is_blind:
            self.judging.judge_some(memory, now)
        if now - memory.reckoned_from > JUMP_IS_OVER_AFTER:
            for kind in OVER_BY_ITSELF:
                self._clear_fault(draft, kind)
        memory.forget_ended(now)
        return draft.batch()

    def reconfigure(self, configuration: Configuration, now: datetime) -> Batch:
        """Take over a new configuration; incidents about what is gone are withdrawn."""
        memory = self.memory
        draft = Draft(memory, now)
        memory.configure(configuration)
        self._own_failures.keep(memory.checks)
        self._breadth = Breadth(memory)
        for incident in list(memory.incidents.values()):
            if not incident.status.is_ended and is_gone(memory, incident):
                memory.incidents[incident.id] = withdraw(incident, now)
        names = {*memory.graph.components, *memory.graph.services}
        memory.views = {name: view for name, view in memory.views.items() if name in names}
        memory.own = {name: each for name, each in memory.own.items() if name in names}
        memory.bad_since = {name: at for name, at in memory.bad_since.items() if name in names}
        memory.version += 1
        self._settle(draft)
        return draft.batch()

    def raise_fault(self, kind: FaultKind, detail: str, now: datetime) -> Batch:
        """Note that the monitor cannot trust itself; one fault per kind at a time."""
        draft = Draft(self.memory, now)
        self._raise_fault(draft, kind, detail)
        return draft.batch()

    def clock_jumped(self, kind: FaultKind, detail: str, now: datetime) -> Batch:
        """Note a stepped clock or a suspend: ages reckoned across it mean nothing."""
        self.memory.reckoned_from = now
        return self.raise_fault(kind, detail, now)

    def clear_fault(self, kind: FaultKind, now: datetime) -> Batch:
        """Note that a fault of the monitor is over."""
        draft = Draft(self.memory, now)
        self._clear_fault(draft, kind)
        return draft.batch()

    def verdicts(self, now: datetime) -> Sequence[ComponentVerdict]:
        """Judge the monitor itself, then every component that is not well, deepest first."""
        own = own_verdicts(self.memory, self._names.failing)
        return [
            *(ComponentVerdict(MONITOR, Status.UNKNOWN, each) for each in own),
            *self._component_verdicts(now),
        ]

    def _component_verdicts(self, now: datetime) -> list[ComponentVerdict]:
        memory = self.memory
        return [
            ComponentVerdict(name, memory.own[name], diagnose(case_of(memory, name, now), now))
            for name in memory.graph.order()
            if name in memory.graph.components and memory.own.get(name, Status.UNKNOWN).is_bad
        ]

    def snapshot(self, now: datetime) -> Snapshot:
        """Return the present as one value."""
        memory = self.memory
        return Snapshot(
            at=now,
            version=memory.version,
            services={name: self._dated(name) for name in memory.graph.services},
            components={name: self._dated(name) for name in memory.graph.components},
            checks=memory.checks,
            check_states=dict(memory.states),
            observations={name: each[-1] for name, each in memory.recent.items() if each},
            incidents=tuple(each for each in memory.incidents.values() if not each.status.is_ended),
            windows=tuple(each for each in memory.windows.values() if not each.status.is_ended),
            faults=tuple(memory.faults.values()),
        )

    @property
    def is_calm(self) -> bool:
        """Whether nothing is wrong with the monitor itself that a good run could put right."""
        return self._names.is_calm and not self.memory.faults

    @property
    def is_dirty(self) -> bool:
        """Whether something moved since statuses and incidents were last brought in line."""
        return self.memory.is_dirty

    @property
    def _is_blind(self) -> bool:
        return FaultKind.ISOLATED in self.memory.faults

    def _settle(self, draft: Draft) -> None:
        memory = self.memory
        memory.is_dirty = False
        bad_before = set(memory.bad_since)
        refresh(memory, draft, blind=self._is_blind)
        self._count_blips(set(memory.bad_since) - bad_before)
        if not self._is_blind:
            reconcile(memory, draft.now)

    def _count_blips(self, fresh: set[str]) -> None:
        memory = self.memory
        # What failed before a restart is no news after it.
        fresh = {name for name in fresh if not memory.seen.isdisjoint(memory.heard(name))}
        for window in active_windows(memory) if fresh else ():
            if window.expected.kind is PatternKind.BLIPS:
                blips = {**window.blips}
                for name in fresh:
                    blips[name] = blips.get(name, 0) + 1
                memory.windows[window.id] = replace(window, blips=blips)

    def _counts(self, observation: Observation) -> bool:
        """Whether a failure says something of the target rather than of the monitor."""
        nameless = FaultKind.RESOLVER in self.memory.faults and failed_by_name(observation)
        return observation.failure is None or not (
            self._is_blind or nameless or is_own(observation)
        )

    def _judge_names(self, draft: Draft, observation: Observation) -> None:
        """Raise the resolver's fault when no name resolves for anybody; one that does ends it."""
        self._names.see(observation, self.memory.graph)
        if self._names.is_shared:
            self._raise_fault(draft, FaultKind.RESOLVER, "no name resolves")
        elif self._names.is_calm and resolved(observation):
            self._clear_fault(draft, FaultKind.RESOLVER)

    def _judge_self(self, draft: Draft, observation: Observation) -> None:
        """Raise and clear the faults that observations tell of the monitor itself."""
        memory = self.memory
        if self._own_failures.see(observation) and observation.failure is not None:
            self._raise_fault(draft, FaultKind.LOCAL_RESOURCE, observation.failure.kind.value)
        elif not self._own_failures:
            self._clear_fault(draft, FaultKind.LOCAL_RESOURCE)
        if memory.checks[observation.check].canary:
            isolated = is_isolated(memory)
            self._judge_sight(draft, "all canaries fail", memory.canaries(), isolated=isolated)
        self._breadth.see(observation, memory)
        if self._breadth.is_used:
            cut_off, lost = self._breadth.is_cut_off, self._breadth.checks_lost(memory)
            self._judge_sight(draft, "nothing can be reached", lost, isolated=cut_off)

    def _judge_sight(
        self, draft: Draft, detail: str, witnesses: Iterable[str], *, isolated: bool | None
    ) -> None:
        """Seeing nothing at all is the monitor's own fault; whatever is seen ends it."""
        if isolated and not self._is_blind:
            take_back_failures(self.memory, draft, witnesses)
            self._raise_fault(draft, FaultKind.ISOLATED, detail)
        elif isolated is False:
            self._clear_fault(draft, FaultKind.ISOLATED)

    def _raise_fault(self, draft: Draft, kind: FaultKind, detail: str) -> None:
        if kind in self.memory.faults:
            return
        identity = make_id("flt", kind.value, draft.now.isoformat())
        fault = MonitorFault(id=identity, kind=kind, started_at=draft.now, detail=detail)
        self.memory.faults[kind] = fault
        self.memory.is_dirty = True
        draft.tell_fault(fault, EventType.MONITOR_FAULT)

    def _clear_fault(self, draft: Draft, kind: FaultKind) -> None:
        fault = self.memory.faults.pop(kind, None)
        if fault is not None:
            self.memory.is_dirty = True
            draft.tell_fault(replace(fault, cleared_at=draft.now), EventType.MONITOR_CLEARED)

    def _dated(self, name: str) -> StatusView:
        memory = self.memory
        view = memory.views[name]
        seen = memory.last_seen((name, *memory.graph.all_needs(name)))
        return replace(view, updated_at=seen) if seen is not None else view


def _is_step(before: CheckState, after: CheckState) -> bool:
    """Whether confirmation moved: a condition, a first failure or success, flapping."""
    return _STEPS(before) != _STEPS(after)

"""What the engine remembers between two steps; mutable, owned by the engine alone."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from statistics import median

from monitor.model.batch import SavedState
from monitor.model.change import Change
from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.graph import Graph
from monitor.model.incident import Incident, IncidentStatus, Onset, Origin
from monitor.model.maintenance import Window
from monitor.model.observation import Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.reporting import is_awaited
from monitor.model.series import Series
from monitor.model.status import CheckState, Condition, Status, StatusView, Transition
from monitor.status.confirmation import patience
from monitor.status.derive import is_unstable, without

RECENT = 30
# A store that half the platform shares has too many checks to ask all of them at each failure.
MOST_BESIDE = 20
KEEP_ENDED = timedelta(hours=24)
# The store gives back what ended within this time, and a deadline is at most a day shorter.
KEEP_UNREPORTED = timedelta(days=31)
# Types of checks whose observations say what others plan.
PLANNING = frozenset({"ics", "status_page"})


class Memory:
    """States, recent observations, incidents, windows and changes of one running monitor."""

    def __init__(self, configuration: Configuration, saved: SavedState, now: datetime) -> None:
        self.reckoned_from = now
        self.seen: set[str] = set()
        self.incidents: dict[str, Incident] = {each.id: each for each in saved.incidents}
        self.windows: dict[str, Window] = {each.id: each for each in saved.windows}
        self.series: dict[str, Series] = {each.id: each for each in saved.series}
        # What pages and calendars said last, until it is read; and how far each was read.
        self.unread: dict[str, Observation] = {}
        self.texts: dict[str, tuple[str, date]] = {}
        self.calendar_problems: dict[str, tuple[str, ...]] = {}
        self.planned_at: dict[str, datetime] = {}
        self.is_replanned = True
        self.changes: deque[Change] = deque(saved.changes, maxlen=1000)
        self.faults: dict[FaultKind, MonitorFault] = {
            each.kind: each for each in saved.faults if each.cleared_at is None
        }
        self.recent: dict[str, deque[Observation]] = {}
        self.bad_since: dict[str, datetime] = {}
        self.own: dict[str, Status] = {}
        # Components that work as ever, while a limit of theirs comes near; those that are under
        # strain; whose troubles stay with them; since when others feel a strain after all; and
        # what planned work excuses.
        self.nearing: set[str] = set()
        self.strained: set[str] = set()
        self.unfelt: frozenset[str] = frozenset()
        self.felt_since: dict[str, datetime] = {}
        self.excused: frozenset[str] = frozenset()
        self.views: dict[str, StatusView] = {}
        self.moved: set[str] = set()
        self.shading: object = None
        self.version = 0
        self.is_dirty = True
        self._saved_states = {each.check: each for each in saved.checks}
        self._saved_views = {each.subject: each for each in saved.statuses}
        self.states: dict[str, CheckState] = {}
        self.configure(configuration)
        self._saved_states.clear()
        self.forget_ended(now)

    def configure(self, configuration: Configuration) -> None:
        """Take over a configuration; what is known of checks that stay is kept."""
        self.configuration = configuration
        self.is_replanned = True
        self.graph: Graph = configuration.graph()
        self.moved = set(self.graph.components)
        self.shading = None
        self.checks: dict[str, Check] = {
            each.name: each for each in configuration.checks if each.enabled
        }
        self._canaries = [name for name, check in self.checks.items() if check.canary]
        self.patience = {
            name: patience(check.interval_seconds) for name, check in self.checks.items()
        }
        self.checks_of: dict[str, list[str]] = {name: [] for name in self.graph.components}
        for check in self.checks.values():
            self.checks_of[check.component].append(check.name)
        known = {**self._saved_states, **self.states}
        self.seen &= self.checks.keys()
        # A check may have gone over to another component.
        self.states = {
            name: replace(known[name], component=check.component)
            if name in known
            else CheckState(check=name, component=check.component)
            for name, check in self.checks.items()
        }
        self.muted = {name for name, state in self.states.items() if state.is_muted}
        self.recent = {name: self.recent.get(name, deque(maxlen=RECENT)) for name in self.checks}

    def knows(self, names: Iterable[str]) -> bool:
        """Whether one of *names* is a component or a service still."""
        graph = self.graph
        return any(each in graph.components or each in graph.services for each in names)

    def saved_view(self, subject: str) -> Transition | None:
        """Return the status of *subject* as the store had it at start, once.

        What is taken out and put back has changed in the store meanwhile.
        """
        return self._saved_views.pop(subject, None)

    def note(self, observation: Observation, state: CheckState) -> None:
        """Remember an observation and the state it led to."""
        self.seen.add(observation.check)
        self.states[observation.check] = state
        self.recent[observation.check].append(observation)
        if observation.type in PLANNING:
            self.unread[observation.check] = observation

    def was_seen(self, state: CheckState) -> bool:
        """Whether the check was seen in this run of the monitor."""
        return state.check in self.seen

    def states_of(self, component: str) -> list[CheckState]:
        """Return the states of the component's checks as far as this run may rely on them.

        After a restart an old success says nothing of the present; an old failure stands until
        a probe shows otherwise. A muted check says nothing at all.
        """
        return [self._trusted(self.states[name]) for name in self.heard(component)]

    def heard(self, component: str) -> list[str]:
        """Return the component's checks that are not muted."""
        names = self.checks_of.get(component, [])
        return [each for each in names if each not in self.muted] if self.muted else names

    def is_silenced(self, component: str) -> bool:
        """Whether a check of the component fails that only a person keeps from telling so."""
        return any(
            name in self.muted
            and self.states[name].condition in (Condition.FAILED, Condition.DEGRADED)
            for name in self.checks_of.get(component, ())
        )

    def declared(self) -> dict[str, Status]:
        """Return what people say of services, where that is bad, whatever probes see."""
        worst: dict[str, Status] = {}
        for incident in self.incidents.values():
            if incident.origin is Origin.PERSON and incident.status is IncidentStatus.OPEN:
                for each in incident.impact:
                    before = worst.get(each.service, Status.OPERATIONAL)
                    if each.worst.badness > before.badness:
                        worst[each.service] = each.worst
        return worst

    def felt(self) -> Mapping[str, Status]:
        """Return the own statuses of components as others feel them.

        A limit ahead hurts nobody, and whom a strain hurts is seen at those themselves.
        """
        return without(self.own, self.unfelt) if self.unfelt else self.own

    def is_watched(self, component: str) -> bool:
        """Whether checks of its own tell how *component* is."""
        return any(not self.states[name].is_misconfigured for name in self.heard(component))

    def is_unstable(self, component: str) -> bool:
        """Whether the component's state hangs on checks that flap."""
        return is_unstable(self.graph.components[component], self.states_of(component))

    def canaries(self) -> list[str]:
        """Return the checks of the monitor's own surroundings that count."""
        return [name for name in self._canaries if name not in self.muted]

    def evidence_on(self, component: str) -> list[str]:
        """Return the checks that decide whose fault a failure is: what it needs, and canaries.

        A server's requests may also hang on the stores that its dependants need.
        """
        needed = [name for each in self.graph.all_needs(component) for name in self.heard(each)]
        stores = [name for each in self._stores_beside(component) for name in self.heard(each)]
        if len(stores) > MOST_BESIDE:
            stores = []
        return list(dict.fromkeys((*needed, *stores, *self.canaries())))

    def _stores_beside(self, component: str) -> list[str]:
        components = self.graph.components
        if components[component].kind is not ComponentKind.SERVER:
            return []
        beside = self.graph.companions(component) & components.keys()
        return [each for each in beside if components[each].kind is ComponentKind.DATABASE]

    def onset_of(self, component: str, now: datetime) -> Onset:
        """Return when the component's present failure began: with the check that was one too many.

        One that never worked fails since it is watched, and says nothing of when.
        """
        states = [self.states[name] for name in self.heard(component)]
        usable = [each for each in states if not each.is_misconfigured]
        spells = [
            (each.counts_from or now, each.last_ok_at) for each in (_bad(usable) or _bad(states))
        ]
        if not spells:
            return Onset(last_ok_at=None, first_failure_at=now)
        needed = self.graph.components[component].fails_when.threshold(len(usable))
        first, last_ok = sorted(spells, key=itemgetter(0))[min(needed, len(spells)) - 1]
        return Onset(last_ok_at=last_ok, first_failure_at=first)

    def failing_until(self, component: str, now: datetime) -> datetime:
        """Return *now*, or since when the component works again, where that is not confirmed."""
        bad = [
            state
            for name in self.heard(component)
            if (state := self.states[name]).bad_since is not None and not state.is_misconfigured
        ]
        times = [state.good_since for state in bad if state.good_since is not None]
        return max(times) if times and len(times) == len(bad) else now

    def recovery_of(self, component: str, after: datetime, now: datetime) -> datetime:
        """Return the first of the successes that ended the component's failure."""
        times = [
            state.since
            for name in self.heard(component)
            if (state := self.states[name]).since is not None
            and state.condition is not Condition.FAILED
            and after < state.since <= now
        ]
        return max((each for each in times if each is not None), default=now)

    def last_seen(self, components: Iterable[str]) -> datetime | None:
        """Return the oldest of the last attempts on the components' checks; None: one is unseen."""
        oldest: datetime | None = None
        for component in components:
            for name in self.checks_of.get(component, ()):
                seen = self.states[name].last_seen_at
                if seen is None:
                    return None
                oldest = seen if oldest is None else min(oldest, seen)
        return oldest

    def baselines(self, checks: Iterable[str], before: datetime) -> Mapping[str, float]:
        """Return the median duration of the good runs of each check before a moment."""
        result: dict[str, float] = {}
        for name in checks:
            durations = [
                each.duration_seconds
                for each in self.recent.get(name, ())
                if each.outcome is Outcome.OK and each.started_at < before
            ]
            if durations:
                result[name] = median(durations)
        return result

    def forget_ended(self, now: datetime) -> None:
        """Drop incidents and windows that ended long ago; the store keeps them.

        A window called off ahead of its time is known until then: it is not planned again. An
        incident that is still to be reported is known until the report, or until that is hopeless.
        """
        self.incidents = {
            key: each for key, each in self.incidents.items() if self._is_current(each, now)
        }
        self.windows = {
            key: each
            for key, each in self.windows.items()
            if not each.status.is_ended or now - max(each.actual_end or now, each.end) < KEEP_ENDED
        }

    def _is_current(self, incident: Incident, now: datetime) -> bool:
        age = now - (incident.resolved_at or now)
        if not incident.status.is_ended or age < KEEP_ENDED:
            return True
        deadlines = self.configuration.report_deadlines
        return age < KEEP_UNREPORTED and is_awaited(incident, deadlines)

    def _trusted(self, state: CheckState) -> CheckState:
        if self.was_seen(state) or state.condition is not Condition.OK:
            return state
        return replace(state, condition=Condition.UNKNOWN)


def _bad(states: Iterable[CheckState]) -> list[CheckState]:
    return [each for each in states if each.bad_since is not None]

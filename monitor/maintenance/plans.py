"""Windows follow their plans: what a series or a calendar has now is entered, moved, called off."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.maintenance.lifecycle import Step, announced_if_due, begin, extend
from monitor.model.events import EventType
from monitor.model.identity import make_id
from monitor.model.maintenance import ExpectedPattern, Window, WindowSource, WindowStatus
from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A window as its source has it now; *goes_on* says that work has begun, whatever the time."""

    id: str
    origin: str
    source: WindowSource
    start: datetime
    end: datetime
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    title: LocalizedText = field(default_factory=dict)
    expected: ExpectedPattern = field(default_factory=ExpectedPattern)
    note: str = ""
    owner: str = ""
    author: str = ""
    needs_approval: bool = False
    lead_seconds: float | None = None
    goes_on: bool = False


def follow(
    plans: Sequence[Plan], known: Mapping[str, Window], now: datetime, *, ends_work: bool = True
) -> list[Step]:
    """Return the steps that bring *known*, all windows of one source, in line with its *plans*.

    What the source no longer has is called off or, where work goes on and *ends_work*, over: its
    end is now, and completion waits for green probes like any other.
    """
    steps: list[Step] = []
    wanted: set[str] = set()
    for plan in plans:
        identity = _generation(plan, known)
        wanted.add(identity)
        steps += _followed(plan, identity, known.get(identity), now)
    gone = (each for key, each in known.items() if key not in wanted)
    return [*steps, *_dropped(gone, now, ends_work=ends_work)]


def _generation(plan: Plan, known: Mapping[str, Window]) -> str:
    """Return the id of the plan's window; one that ended is followed by another if planned anew.

    Planned anew is what its source took out and has again, or moved to a later end.
    """
    identity = plan.id
    while (window := known.get(identity)) is not None and window.status.is_ended:
        if not window.withdrawn and plan.end <= window.end:
            break
        identity = make_id("mnt", identity, "again")
    return identity


def _followed(plan: Plan, identity: str, window: Window | None, now: datetime) -> list[Step]:
    if window is None:
        return [_entered(plan, identity, now)] if plan.end > now else []
    if window.status.is_ended:
        return []
    if window.status.is_active:
        # What an operator moved by hand stays, until the source itself has another end.
        moved = plan.end != window.planned_end and plan.end > max(now, window.start)
        return [extend(replace(window, planned_end=plan.end), plan.end, now)] if moved else []
    revised = _revised(plan, window)
    if window.status is WindowStatus.DRAFT and not plan.needs_approval and revised.end > now:
        return [_confirmed(revised, now)]
    if plan.goes_on and window.status is WindowStatus.SCHEDULED and now < plan.start:
        return [begin(revised, now)]
    return [_changed(revised)] if revised != window else []


def _entered(plan: Plan, identity: str, now: datetime) -> Step:
    window = Window(
        id=identity,
        start=plan.start,
        end=plan.end,
        planned_end=plan.end,
        created_at=now,
        title=plan.title,
        services=plan.services,
        components=plan.components,
        status=WindowStatus.DRAFT if plan.needs_approval else WindowStatus.SCHEDULED,
        expected=plan.expected,
        source=plan.source,
        origin=plan.origin,
        created_by=plan.author,
        owner=plan.owner,
        internal_note=plan.note,
        needs_approval=plan.needs_approval,
        lead_seconds=plan.lead_seconds,
    )
    if plan.needs_approval:
        return window, (EventType.MAINTENANCE_DRAFTED,)
    return announced_if_due(window, now), (EventType.MAINTENANCE_SCHEDULED,)


def _confirmed(draft: Window, now: datetime) -> Step:
    """Schedule a draft whose source leaves nothing open any more: it waits for nobody."""
    settled = replace(draft, status=WindowStatus.SCHEDULED, needs_approval=False)
    return _told(announced_if_due(settled, now), EventType.MAINTENANCE_SCHEDULED)


def _revised(plan: Plan, window: Window) -> Window:
    """Return a window that has not begun as its plan is now, with an end given by hand."""
    return replace(
        window,
        start=plan.start,
        end=window.end if plan.end == window.planned_end else plan.end,
        planned_end=plan.end,
        title=plan.title,
        services=plan.services,
        components=plan.components,
        expected=plan.expected,
        owner=plan.owner,
        internal_note=plan.note,
        lead_seconds=plan.lead_seconds,
        reminded_at=window.reminded_at if plan.start == window.start else None,
    )


def _dropped(gone: Iterable[Window], now: datetime, *, ends_work: bool) -> Iterable[Step]:
    for window in gone:
        if window.status in (WindowStatus.DRAFT, WindowStatus.SCHEDULED):
            called_off = replace(
                window, status=WindowStatus.CANCELLED, actual_end=now, withdrawn=True
            )
            yield _told(called_off, EventType.MAINTENANCE_CANCELLED)
        elif window.status.is_active and ends_work and min(window.planned_end, window.end) > now:
            yield _changed(replace(window, end=now, planned_end=now))


def _changed(window: Window) -> Step:
    return _told(window, EventType.MAINTENANCE_CHANGED)


def _told(window: Window, event: EventType) -> Step:
    return replace(window, revision=window.revision + 1), (event,)

"""The rows of the operations page: services, components, checks, windows, deliveries, faults."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery
from monitor.model.fault import MonitorFault
from monitor.model.maintenance import Window
from monitor.model.platform import LocalizedText
from monitor.model.snapshot import Snapshot
from monitor.model.status import Condition, StatusView
from monitor.web.ops.page.wording import Moment, Wording, english

# More rows than this are no overview; the API has them all.
MOST_CHECKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow:
    """A service or component: what is seen, what is shown, and since when."""

    name: str
    title: str
    kind: str
    observed: str
    displayed: str
    since: Moment
    lasted: str
    checks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A check and what it saw last."""

    name: str
    component: str
    type: str
    condition: str
    outcome: str
    stage: str
    failure: str
    detail: str
    milliseconds: str
    seen: Moment | None
    is_muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """A maintenance window: planned and actual times."""

    id: str
    title: str
    scope: str
    status: str
    start: Moment
    end: Moment
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery that gives trouble."""

    id: str
    receiver: str
    event_type: str
    subject: str
    status: str
    attempts: int
    reason: str
    detail: str
    due: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """A fault of the monitor itself."""

    kind: str
    detail: str
    since: Moment


def service_rows(
    snapshot: Snapshot, configuration: Configuration, wording: Wording
) -> tuple[SubjectRow, ...]:
    """Return the services in the order of the configuration."""
    return tuple(
        _subject(view, each.names, "critical" if each.critical else "", wording)
        for each in configuration.services
        if (view := snapshot.services.get(each.name)) is not None
    )


def component_rows(
    snapshot: Snapshot, configuration: Configuration, wording: Wording
) -> tuple[SubjectRow, ...]:
    """Return the components in the order of the configuration, with the state of their checks."""
    totals: dict[str, list[int]] = {}
    for check in snapshot.checks.values():
        counts = totals.setdefault(check.component, [0, 0])
        counts[0] += _condition(snapshot, check.name) is Condition.OK
        counts[1] += 1
    return tuple(
        _subject(view, each.names, each.kind.value, wording, totals.get(each.name))
        for each in configuration.components
        if (view := snapshot.components.get(each.name)) is not None
    )


def check_rows(snapshot: Snapshot, wording: Wording) -> tuple[CheckRow, ...]:
    """Return checks, those in trouble first, and no more than fit on a page."""
    order = sorted(
        snapshot.checks.values(),
        key=lambda each: (_rank(_condition(snapshot, each.name)), each.component, each.name),
    )
    return tuple(check_row(snapshot, each, wording) for each in order[:MOST_CHECKS])


def window_rows(windows: Iterable[Window], wording: Wording) -> tuple[WindowRow, ...]:
    """Return windows in the order of their start."""
    return tuple(
        WindowRow(
            id=each.id,
            title=english(each.title, "Maintenance"),
            scope=", ".join((*each.services, *each.components)),
            status=each.status.value,
            start=wording.moment(each.actual_start or each.start),
            end=wording.moment(each.actual_end or each.end),
            note=_window_note(each, wording),
        )
        for each in sorted(windows, key=lambda each: each.start)
    )


def delivery_rows(deliveries: Iterable[Delivery], wording: Wording) -> tuple[DeliveryRow, ...]:
    """Return deliveries; the time of the next attempt only where there will be one."""
    return tuple(
        DeliveryRow(
            id=each.id,
            receiver=each.receiver,
            event_type=each.event_type,
            subject=each.subject,
            status=each.status.value,
            attempts=each.attempts,
            reason=each.reason,
            detail=each.detail,
            due=wording.moment(each.due_at) if each.status.value == "pending" else None,
        )
        for each in deliveries
    )


def fault_rows(faults: Iterable[MonitorFault], wording: Wording) -> tuple[FaultRow, ...]:
    """Return the monitor's own faults."""
    return tuple(
        FaultRow(kind=each.kind.value, detail=each.detail, since=wording.moment(each.started_at))
        for each in faults
    )


def _subject(
    view: StatusView,
    names: LocalizedText,
    kind: str,
    wording: Wording,
    checks: list[int] | None = None,
) -> SubjectRow:
    return SubjectRow(
        name=view.name,
        title=english(names, view.name),
        kind=kind,
        observed=view.observed.value,
        displayed=view.displayed.value,
        since=wording.moment(view.since),
        lasted=wording.since(view.since),
        checks=f"{checks[0]} of {checks[1]} ok" if checks else "none",
    )


def check_row(snapshot: Snapshot, check: Check, wording: Wording) -> CheckRow:
    """Return one check and what it saw last."""
    state = snapshot.check_states.get(check.name)
    last = snapshot.observations.get(check.name)
    condition = Condition.UNKNOWN if state is None else state.condition
    is_misconfigured = state is not None and state.is_misconfigured
    failure = last.failure if last else None
    return CheckRow(
        name=check.name,
        component=check.component,
        type=check.type,
        condition="misconfigured" if is_misconfigured else condition.value,
        outcome=last.outcome.value if last else "",
        stage=last.stage.value if last and last.stage else "",
        failure=failure.kind.value if failure else (last.missed or "" if last else ""),
        detail=failure.detail if failure else "",
        milliseconds=f"{last.duration_seconds * 1000:,.1f}" if last else "",
        seen=wording.moment(last.finished_at) if last else None,
        is_muted=state is not None and state.is_muted,
    )


def _condition(snapshot: Snapshot, check: str) -> Condition:
    state = snapshot.check_states.get(check)
    return Condition.UNKNOWN if state is None else state.condition


def _rank(condition: Condition) -> int:
    order = (Condition.FAILED, Condition.DEGRADED, Condition.UNKNOWN, Condition.OK)
    return order.index(condition)


def _window_note(window: Window, wording: Wording) -> str:
    if window.overrun_since is not None and window.status.is_active:
        return f"overrunning for {wording.since(window.overrun_since)}"
    if window.proposed_at is not None and window.status.is_active:
        return "all checks are green: completion proposed"
    return window.internal_note

"""What the operations listener asks of the monitor; the application gives the answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.model.cause import Cause, Diagnosis
from monitor.model.change import Change
from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, Json
from monitor.model.incident import Incident, Severity
from monitor.model.incident_wish import IncidentWish
from monitor.model.mail import Subscriber
from monitor.model.maintenance import ExpectedPattern, Window
from monitor.model.notice import Notice, NoticeState
from monitor.model.observation import Observation
from monitor.model.platform import LocalizedText
from monitor.model.reporting import ReportDue
from monitor.model.series import Series
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWish:
    """A maintenance window as an operator asks for it; *start* and *end* are aware."""

    start: datetime
    end: datetime
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    title: LocalizedText = field(default_factory=dict)
    expected: ExpectedPattern | None = None
    note: str = ""
    by: str = ""
    owner: str = ""
    needs_approval: bool = False
    lead_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWish:
    """A deploy or a configuration change as it is reported; *at* None means now."""

    component: str
    version: str
    kind: str = "deploy"
    at: datetime | None = None
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says of an incident against the verdict; all empty gives it back."""

    by: str
    reason: str
    cause: Cause | None = None
    subcause: str = ""
    severity: Severity | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatReport:
    """What a job says of its run."""

    ok: bool = True
    duration_seconds: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """An incident with all that was told of it, oldest first, and the reports due *at* now."""

    incident: Incident
    at: datetime
    due: tuple[ReportDue, ...] = ()
    events: tuple[Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """A window with its history, oldest first."""

    window: Window
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRecord:
    """A series with its windows that have not ended, the next one first."""

    series: Series
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is judged now of one component that is not well."""

    component: str
    status: Status
    diagnosis: Diagnosis


class OpsBackend(Protocol):
    """The monitor as operators see it and command it.

    Methods raise the errors of `monitor.web.ops.errors`; lists come newest first.
    """

    async def configuration(self) -> Configuration: ...

    async def snapshot(self) -> Snapshot: ...

    async def readiness(self) -> tuple[bool, Sequence[str]]:
        """Return whether the monitor does its work, and otherwise what is missing."""
        ...

    async def health(self) -> Mapping[str, Json]:
        """Return facts of the living process, such as its version and when it started."""
        ...

    async def incidents(
        self, *, open_only: bool, limit: int, before: str | None
    ) -> Sequence[Incident]:
        """Return incidents; *before* is the id of the last one already seen."""
        ...

    async def incident(self, id_: str) -> IncidentRecord: ...

    async def acknowledge(self, id_: str, by: str) -> Incident: ...

    async def open_incident(self, wish: IncidentWish) -> Incident: ...

    async def resolve_incident(self, id_: str, by: str, reason: str) -> Incident:
        """End an incident that a person declared; InvalidError for one that probes found."""
        ...

    async def note_incident(self, id_: str, by: str, text: str) -> Incident: ...

    async def override_incident(self, id_: str, decision: Decision) -> Incident: ...

    async def account_incident(
        self, id_: str, by: str, public: LocalizedText, internal: str
    ) -> Incident:
        """Keep the postmortem; an empty part keeps what was written before."""
        ...

    async def report_incident(self, id_: str, by: str, rule: str, note: str) -> Incident:
        """Note that a person reported the incident as *rule* asks."""
        ...

    async def mute_check(self, check: str, by: str, reason: str, seconds: float) -> CheckState: ...

    async def unmute_check(self, check: str, by: str) -> CheckState: ...

    async def windows(self, *, open_only: bool, limit: int) -> Sequence[Window]: ...

    async def window(self, id_: str) -> WindowRecord: ...

    async def schedule_window(self, wish: WindowWish) -> Window: ...

    async def approve_window(self, id_: str, by: str) -> Window: ...

    async def reschedule_window(
        self, id_: str, start: datetime, end: datetime, by: str
    ) -> Window: ...

    async def extend_window(self, id_: str, end: datetime, by: str) -> Window: ...

    async def verify_window(self, id_: str, by: str) -> Window: ...

    async def complete_window(self, id_: str, by: str) -> Window: ...

    async def cancel_window(self, id_: str, by: str) -> Window: ...

    async def series(self) -> Sequence[SeriesRecord]:
        """Return the series in force, of the configuration and of people."""
        ...

    async def schedule_series(self, wish: Series) -> SeriesRecord: ...

    async def end_series(self, id_: str, by: str) -> SeriesRecord: ...

    async def notices(
        self, *, limit: int, state: NoticeState | None = None
    ) -> Sequence[Notice]: ...

    async def notice(self, id_: str) -> Notice: ...

    async def approve_notice(self, id_: str, by: str, reason: str = "") -> Notice:
        """Publish a notice that waits, or waited, for a person."""
        ...

    async def reject_notice(self, id_: str, by: str, reason: str) -> Notice: ...

    async def retract_notice(
        self, id_: str, by: str, reason: str = "", texts: LocalizedText | None = None
    ) -> Notice:
        """Take a notice off the page; users are told so, with *texts* beside it."""
        ...

    async def correct_notice(self, id_: str, by: str, reason: str, texts: LocalizedText) -> Notice:
        """Set a published notice right, and return the correction."""
        ...

    async def say_notice(self, subject: str, by: str, texts: LocalizedText) -> Notice:
        """Publish an update on an open incident in a person's words."""
        ...

    async def deliveries(
        self, *, status: DeliveryStatus | None, limit: int
    ) -> Sequence[Delivery]: ...

    async def replay(self, id_: str) -> Delivery:
        """Send a dead letter again, with its companions; return the one that was named."""
        ...

    async def subscribers(self, *, after: str, limit: int) -> Sequence[Subscriber]: ...

    async def remove_subscriber(self, who: str) -> Subscriber:
        """Delete a subscriber by address or id, and return it."""
        ...

    async def changes(self, *, limit: int) -> Sequence[Change]: ...

    async def add_change(self, wish: ChangeWish) -> Change: ...

    async def beat(self, check: str, token: str, report: HeartbeatReport) -> None:
        """Take a job's heartbeat; UnauthorizedError also where there is no such check."""
        ...

    async def probe_now(self, check: str) -> Observation:
        """Run a check now, as on schedule, and return what it saw."""
        ...

    async def public_files(self) -> Mapping[str, str]:
        """Return the whole public face as files that link to each other, by relative path."""
        ...

    async def diagnose(self) -> Sequence[Finding]: ...


class MetricsPage(Protocol):
    """Renders the exposition of the present, in pieces."""

    def render(self, snapshot: Snapshot, accept: str) -> AsyncIterator[bytes]: ...

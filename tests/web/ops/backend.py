"""A backend that holds the samples and notes every command it is given."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.change import Change
from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Json
from monitor.model.incident import Incident
from monitor.model.incident_wish import IncidentWish
from monitor.model.mail import Subscriber
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Observation
from monitor.model.platform import LocalizedText
from monitor.model.reporting import reports_due
from monitor.model.series import Series
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Mute, Status
from monitor.web.ops.backend import (
    ChangeWish,
    Decision,
    Finding,
    HeartbeatReport,
    IncidentRecord,
    SeriesRecord,
    WindowRecord,
    WindowWish,
)
from monitor.web.ops.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)
from tests.web.ops import calendar_samples, notice_samples, samples, work_samples
from tests.web.ops.notice_backend import FakeNotices


class FakeBackend(FakeNotices):
    """Satisfies `OpsBackend`; *is_store_down* makes everything that needs a store unavailable."""

    def __init__(self, snapshot: Snapshot = samples.SNAPSHOT) -> None:
        self.present = snapshot
        self.settings = samples.CONFIGURATION
        self.reasons: list[str] = []
        self.is_store_down = False
        self.commands: list[tuple[object, ...]] = []
        self.incident_events = samples.EVENTS
        self.all_incidents = [samples.INCIDENT, samples.RESOLVED]
        self.all_notices = [notice_samples.NOTICE, notice_samples.DRAFT]

    def _store(self) -> None:
        if self.is_store_down:
            raise UnavailableError("the store cannot be read")

    async def configuration(self) -> Configuration:
        return self.settings

    async def snapshot(self) -> Snapshot:
        return self.present

    async def readiness(self) -> tuple[bool, Sequence[str]]:
        return not self.reasons, self.reasons

    async def health(self) -> Mapping[str, Json]:
        return {"version": "1.2.3"}

    async def incidents(
        self, *, open_only: bool, limit: int, before: str | None
    ) -> Sequence[Incident]:
        self._store()
        found = [each for each in self.all_incidents if not (open_only and each.status.is_ended)]
        ids = [each.id for each in found]
        return found[ids.index(before) + 1 if before else 0 :][:limit]

    async def incident(self, id_: str) -> IncidentRecord:
        self._store()
        found = next((each for each in self.all_incidents if each.id == id_), None)
        if found is None:
            raise NotFoundError(f"no incident {id_!r}")
        return IncidentRecord(
            incident=found,
            at=samples.NOW,
            due=reports_due(found, self.settings.report_deadlines),
            events=self.incident_events,
            deliveries=(samples.DEAD, samples.WAITING),
            notices=(notice_samples.NOTICE,),
        )

    async def acknowledge(self, id_: str, by: str) -> Incident:
        self.commands.append(("acknowledge", id_, by))
        found = (await self.incident(id_)).incident
        return replace(found, acknowledged_by=by, acknowledged_at=samples.NOW)

    async def open_incident(self, wish: IncidentWish) -> Incident:
        self.commands.append(("open", wish))
        if "nowhere" in wish.services:
            raise InvalidError("unknown service 'nowhere'")
        return replace(work_samples.DECLARED, title=wish.title, regulatory=wish.regulatory)

    async def resolve_incident(self, id_: str, by: str, reason: str) -> Incident:
        self.commands.append(("resolve", id_, by, reason))
        return (await self.incident(id_)).incident

    async def note_incident(self, id_: str, by: str, text: str) -> Incident:
        self.commands.append(("note", id_, by, text))
        return (await self.incident(id_)).incident

    async def override_incident(self, id_: str, decision: Decision) -> Incident:
        self.commands.append(("override", id_, decision))
        return (await self.incident(id_)).incident

    async def account_incident(
        self, id_: str, by: str, public: LocalizedText, internal: str
    ) -> Incident:
        self.commands.append(("postmortem", id_, by, public, internal))
        return (await self.incident(id_)).incident

    async def report_incident(self, id_: str, by: str, rule: str, note: str) -> Incident:
        self.commands.append(("report", id_, by, rule, note))
        return (await self.incident(id_)).incident

    async def mute_check(self, check: str, by: str, reason: str, seconds: float) -> CheckState:
        self.commands.append(("mute", check, by, reason, seconds))
        if check not in self.present.check_states:
            raise NotFoundError(f"no check {check!r}")
        mute = Mute(
            id="mut_a",
            reason=reason,
            author=by,
            at=samples.NOW,
            until=samples.NOW + timedelta(seconds=seconds),
        )
        return replace(self.present.check_states[check], mute=mute)

    async def unmute_check(self, check: str, by: str) -> CheckState:
        self.commands.append(("unmute", check, by))
        return self.present.check_states[check]

    async def windows(self, *, open_only: bool, limit: int) -> Sequence[Window]:
        self._store()
        return [samples.WINDOW][:limit]

    async def window(self, id_: str) -> WindowRecord:
        return WindowRecord(
            window=self._window(id_),
            events=calendar_samples.WINDOW_EVENTS,
            notices=(notice_samples.NOTICE,),
        )

    def _window(self, id_: str) -> Window:
        if id_ != samples.WINDOW.id:
            raise NotFoundError(f"no window {id_!r}")
        return samples.WINDOW

    async def schedule_window(self, wish: WindowWish) -> Window:
        self.commands.append(("schedule", wish))
        if "nowhere" in wish.services:
            raise InvalidError("unknown service 'nowhere'")
        planned = replace(samples.WINDOW, status=WindowStatus.SCHEDULED, actual_start=None)
        return replace(
            planned,
            services=wish.services,
            start=wish.start,
            end=wish.end,
            lead_seconds=wish.lead_seconds,
        )

    async def approve_window(self, id_: str, by: str) -> Window:
        self.commands.append(("approve_window", id_, by))
        return replace(self._window(id_), approved_by=by)

    async def reschedule_window(self, id_: str, start: datetime, end: datetime, by: str) -> Window:
        self.commands.append(("reschedule", id_, start, end, by))
        return replace(self._window(id_), start=start, end=end)

    async def extend_window(self, id_: str, end: datetime, by: str) -> Window:
        self.commands.append(("extend", id_, end, by))
        return replace(self._window(id_), end=end)

    async def verify_window(self, id_: str, by: str) -> Window:
        self.commands.append(("verify", id_, by))
        return replace(self._window(id_), verifying_since=samples.NOW)

    async def complete_window(self, id_: str, by: str) -> Window:
        self.commands.append(("complete", id_, by))
        return replace(self._window(id_), status=WindowStatus.COMPLETED)

    async def cancel_window(self, id_: str, by: str) -> Window:
        self.commands.append(("cancel", id_, by))
        raise ConflictError("only a scheduled window can be cancelled")

    async def series(self) -> Sequence[SeriesRecord]:
        return [SeriesRecord(series=calendar_samples.SERIES, windows=(samples.WINDOW,))]

    async def schedule_series(self, wish: Series) -> SeriesRecord:
        self.commands.append(("series", wish))
        return SeriesRecord(series=replace(wish, id="ser_a"))

    async def end_series(self, id_: str, by: str) -> SeriesRecord:
        self.commands.append(("end_series", id_, by))
        return SeriesRecord(series=replace(calendar_samples.SERIES, ended_by=by))

    async def deliveries(self, *, status: DeliveryStatus | None, limit: int) -> Sequence[Delivery]:
        self._store()
        both = [samples.DEAD, samples.WAITING]
        return [each for each in both if status in (None, each.status)][:limit]

    async def replay(self, id_: str) -> Delivery:
        self.commands.append(("replay", id_))
        if id_ == samples.WAITING.id:
            raise ConflictError(f"delivery {id_} is pending, not dead")
        return replace(samples.DEAD, status=DeliveryStatus.PENDING, attempts=0)

    async def subscribers(self, *, after: str, limit: int) -> Sequence[Subscriber]:
        self._store()
        return [each for each in samples.SUBSCRIBERS if each.id > after][:limit]

    async def remove_subscriber(self, who: str) -> Subscriber:
        for each in samples.SUBSCRIBERS:
            if who in (each.id, each.address):
                self.commands.append(("remove subscriber", each.id))
                return each
        raise NotFoundError("no subscriber of that address or id")

    async def changes(self, *, limit: int) -> Sequence[Change]:
        self._store()
        return []

    async def add_change(self, wish: ChangeWish) -> Change:
        self.commands.append(("change", wish))
        return Change(
            id="chg_a",
            component=wish.component,
            kind=wish.kind,
            version=wish.version,
            at=wish.at or samples.NOW,
        )

    async def beat(self, check: str, token: str, report: HeartbeatReport) -> None:
        if (check, token) != ("nightly-batch", "beat-token"):
            raise UnauthorizedError("no heartbeat of that name and token")
        self.commands.append(("beat", check, report))

    async def probe_now(self, check: str) -> Observation:
        self.commands.append(("probe", check))
        if check not in self.present.observations:
            raise NotFoundError(f"no check {check!r}")
        return self.present.observations[check]

    async def public_files(self) -> Mapping[str, str]:
        return {"index.html": "<!doctype html>", "api/v2/status.json": "{}"}

    async def diagnose(self) -> Sequence[Finding]:
        return [
            Finding(component="ledger", status=Status.MAJOR_OUTAGE, diagnosis=samples.DIAGNOSIS)
        ]


class FakeMetrics:
    """Satisfies `MetricsPage` with two pieces of text."""

    def __init__(self) -> None:
        self.accepted: list[str] = []

    async def render(self, snapshot: Snapshot, accept: str) -> AsyncIterator[bytes]:
        self.accepted.append(accept)
        yield f"# checks {len(snapshot.checks)}\n".encode()
        yield b"up 1\n"

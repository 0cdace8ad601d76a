"""The operations desk: what the operations listener asks, answered by engine, store and publish."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from monitor.clock import Clock
from monitor.engine import commands, planning
from monitor.engine.commands import CommandError
from monitor.engine.driver import Driver
from monitor.model.batch import Batch
from monitor.model.change import Change
from monitor.model.codec import to_json
from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType, Json
from monitor.model.identity import make_id
from monitor.model.incident import Incident
from monitor.model.maintenance import ExpectedPattern, Window
from monitor.model.notice import Notice, NoticeState
from monitor.model.observation import Observation, Trigger
from monitor.model.snapshot import Snapshot
from monitor.probes.prober import Prober
from monitor.publish.deliveries.dispatcher import Dispatcher, ReplayError, UnknownDeliveryError
from monitor.publish.notices.publisher import NoticePublisher
from monitor.storage.errors import StoreError
from monitor.storage.store import Store
from monitor.web.ops.backend import ChangeWish, Finding, HeartbeatReport, IncidentRecord, WindowWish
from monitor.web.ops.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    UnauthorizedError,
    UnavailableError,
)

T = TypeVar("T")

COMMIT_SECONDS = 5.0


class Desk:
    """Answers `OpsBackend`; a command returns once what it changed is stored."""

    def __init__(
        self,
        driver: Driver,
        store: Store,
        dispatcher: Dispatcher,
        publisher: NoticePublisher,
        prober: Prober,
        clock: Clock,
        version: str,
    ) -> None:
        self._driver = driver
        self._memory = driver.engine.memory
        self._store = store
        self._dispatcher = dispatcher
        self._publisher = publisher
        self._prober = prober
        self._clock = clock
        self._version = version
        self._started_at = clock.now()

    async def configuration(self) -> Configuration:
        return self._memory.configuration

    async def snapshot(self) -> Snapshot:
        return self._driver.engine.snapshot(self._clock.now())

    async def readiness(self) -> tuple[bool, Sequence[str]]:
        """Return whether the store is writable and every enabled check was seen once."""
        reasons = [f"no observation yet of {name}" for name in self._driver.unseen()]
        if not self._store.writer.is_writable:
            reasons.insert(0, "the store cannot be written")
        return not reasons, reasons

    async def health(self) -> Mapping[str, Json]:
        return {"version": self._version, "started_at": to_json(self._started_at)}

    async def incidents(
        self, *, open_only: bool, limit: int, before: str | None
    ) -> Sequence[Incident]:
        return await _read(self._store.incidents(open_only=open_only, limit=limit, before=before))

    async def incident(self, id_: str) -> IncidentRecord:
        incident = _found(await _read(self._store.incident(id_)), "incident", id_)
        notices = await _read(self._store.notices(incident.window or id_))
        deliveries = await _read(self._store.deliveries(subject=id_))
        return IncidentRecord(
            incident=incident,
            events=tuple(await _read(self._store.events_of(id_))),
            deliveries=tuple(reversed(deliveries)),
            notices=tuple(reversed(notices)),
        )

    async def acknowledge(self, id_: str, by: str) -> Incident:
        return await self._command(lambda now: commands.acknowledge(self._memory, id_, by, now))

    async def windows(self, *, open_only: bool, limit: int) -> Sequence[Window]:
        return await _read(self._store.windows(include_ended=not open_only, limit=limit))

    async def window(self, id_: str) -> Window:
        return _found(await _read(self._store.window(id_)), "window", id_)

    async def schedule_window(self, wish: WindowWish) -> Window:
        draft = planning.WindowDraft(
            start=wish.start,
            end=wish.end,
            services=wish.services,
            components=wish.components,
            title=wish.title,
            expected=wish.expected or ExpectedPattern(),
            note=wish.note,
            author=wish.by,
        )
        return await self._command(lambda now: planning.schedule_window(self._memory, draft, now))

    async def extend_window(self, id_: str, end: datetime, by: str) -> Window:
        return await self._command(
            lambda now: planning.extend_window(self._memory, id_, end, now, by)
        )

    async def complete_window(self, id_: str, by: str) -> Window:
        return await self._command(lambda now: planning.complete_window(self._memory, id_, now, by))

    async def cancel_window(self, id_: str, by: str) -> Window:
        return await self._command(lambda now: planning.cancel_window(self._memory, id_, now, by))

    async def notices(self, *, limit: int) -> Sequence[Notice]:
        return await _read(self._store.notices(limit=limit))

    async def notice(self, id_: str) -> Notice:
        return _found(await _read(self._store.notice(id_)), "notice", id_)

    async def approve_notice(self, id_: str, by: str) -> Notice:
        """Publish a notice that waits for a person."""
        return await self._change_notice(
            id_, by, NoticeState.PENDING, NoticeState.PUBLISHED, EventType.NOTICE_PUBLISHED
        )

    async def retract_notice(self, id_: str, by: str) -> Notice:
        """Take a published notice off the page; it stays in the record."""
        return await self._change_notice(
            id_, by, NoticeState.PUBLISHED, NoticeState.RETRACTED, EventType.NOTICE_CORRECTED
        )

    async def deliveries(self, *, status: DeliveryStatus | None, limit: int) -> Sequence[Delivery]:
        return await _read(self._store.deliveries(status=status, limit=limit))

    async def replay(self, id_: str) -> Delivery:
        try:
            revived = await _read(self._dispatcher.replay(id_))
        except UnknownDeliveryError as error:
            raise NotFoundError(str(error)) from error
        except ReplayError as error:
            raise ConflictError(str(error)) from error
        return next(each for each in revived if each.id == id_)

    async def changes(self, *, limit: int) -> Sequence[Change]:
        return await _read(self._store.changes(limit=limit))

    async def add_change(self, wish: ChangeWish) -> Change:
        def add(now: datetime) -> tuple[Change, Batch]:
            at = wish.at or now
            change = Change(
                id=make_id("chg", wish.component, wish.kind, wish.version, at.isoformat()),
                component=wish.component,
                kind=wish.kind,
                version=wish.version,
                at=at,
                author=wish.author,
                note=wish.note,
            )
            return change, commands.add_change(self._memory, change, now)

        return await self._command(add)

    async def beat(self, check: str, token: str, report: HeartbeatReport) -> None:
        """Take a heartbeat and judge it at once."""
        known = self._memory.checks.get(check)
        heard = known is not None and self._prober.heartbeats.record(
            known,
            token,
            ok=report.ok,
            duration_seconds=report.duration_seconds,
            detail=report.detail,
        )
        if not heard:
            raise UnauthorizedError("no heartbeat of that name and token")
        await self.probe_now(check)

    async def probe_now(self, check: str) -> Observation:
        """Run a check now; what it sees counts like any other attempt."""
        known = self._memory.checks.get(check)
        if known is None:
            raise NotFoundError(f"no check {check!r}")
        observation = await self._prober.probe(
            known, trigger=Trigger.DEMAND, scheduled_at=self._clock.now()
        )
        self._driver.take(observation)
        return observation

    async def diagnose(self) -> Sequence[Finding]:
        return [
            Finding(component=each.component, status=each.status, diagnosis=each.diagnosis)
            for each in self._driver.engine.verdicts(self._clock.now())
        ]

    async def _command(self, step: Callable[[datetime], tuple[T, Batch]]) -> T:
        try:
            value = self._driver.run(step)
        except commands.NotFoundError as error:
            raise NotFoundError(str(error)) from error
        except CommandError as error:
            raise InvalidError(str(error)) from error
        try:
            await asyncio.wait_for(self._store.writer.flush(), COMMIT_SECONDS)
        except (TimeoutError, StoreError) as error:
            message = "taken note of, but the store cannot be written yet"
            raise UnavailableError(message) from error
        return value

    async def _change_notice(
        self, id_: str, by: str, wanted: NoticeState, state: NoticeState, type_: EventType
    ) -> Notice:
        notice = await self.notice(id_)
        if notice.state is not wanted:
            raise ConflictError(f"the notice is {notice.state.value}, not {wanted.value}")
        changed = replace(notice, state=state, author=by)
        data: dict[str, Json] = {"id": id_, "kind": notice.kind.value, "state": state.value}
        event = Event.of(type_, id_, notice.revision, self._clock.now(), data)
        await self._store.update_notice(changed, [event])
        self._publisher.changed(changed)
        self._dispatcher.wake()
        return changed


async def _read(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except StoreError as error:
        raise UnavailableError("the store cannot be read just now") from error


def _found(value: T | None, what: str, id_: str) -> T:
    if value is None:
        raise NotFoundError(f"no {what} {id_!r}")
    return value

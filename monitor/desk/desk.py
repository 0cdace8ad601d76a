"""The operations desk: what the operations listener asks, answered by engine, store and publish."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clock import Clock
from monitor.desk.incidents import IncidentDesk
from monitor.desk.maintenance import MaintenanceDesk
from monitor.desk.notices import NoticeDesk
from monitor.desk.running import Commands, read
from monitor.engine import commands
from monitor.engine.driver import Driver
from monitor.model.batch import Batch
from monitor.model.change import Change
from monitor.model.codec import to_json
from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Json
from monitor.model.identity import make_id
from monitor.model.mail import Subscriber
from monitor.model.observation import Observation, Trigger
from monitor.model.snapshot import Snapshot
from monitor.probes.prober import Prober
from monitor.publish.deliveries.dispatcher import Dispatcher, ReplayError, UnknownDeliveryError
from monitor.publish.notices.decisions import Decisions
from monitor.storage.store import Store
from monitor.web.ops.backend import ChangeWish, Finding, HeartbeatReport
from monitor.web.ops.errors import (
    ConflictError,
    NotFoundError,
    UnauthorizedError,
)
from monitor.web.public.face import PublicFace


@dataclass(frozen=True, slots=True)
class Outlets:
    """What leaves the monitor: deliveries, notices and the public face."""

    dispatcher: Dispatcher
    decisions: Decisions
    face: PublicFace


class Desk(IncidentDesk, MaintenanceDesk, NoticeDesk):
    """Answers `OpsBackend`; a command returns once what it changed is stored."""

    def __init__(
        self,
        driver: Driver,
        store: Store,
        outlets: Outlets,
        prober: Prober,
        clock: Clock,
        version: str,
    ) -> None:
        self._driver = driver
        self._commands = Commands(driver, store)
        self._recalling = asyncio.Lock()
        self._memory = driver.engine.memory
        self._store = store
        self._dispatcher = outlets.dispatcher
        self._decisions = outlets.decisions
        self._face = outlets.face
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

    async def deliveries(self, *, status: DeliveryStatus | None, limit: int) -> Sequence[Delivery]:
        return await read(self._store.deliveries(status=status, limit=limit))

    async def replay(self, id_: str) -> Delivery:
        try:
            revived = await read(self._dispatcher.replay(id_))
        except UnknownDeliveryError as error:
            raise NotFoundError(str(error)) from error
        except ReplayError as error:
            raise ConflictError(str(error)) from error
        return next(each for each in revived if each.id == id_)

    async def subscribers(self, *, after: str, limit: int) -> Sequence[Subscriber]:
        return await read(self._store.subscribers(after, limit))

    async def remove_subscriber(self, who: str) -> Subscriber:
        by_address = await read(self._store.subscriber_of(who.strip().lower()))
        known = by_address or await read(self._store.subscriber(who))
        if known is None:
            raise NotFoundError("no subscriber of that address or id")
        await read(self._store.delete_subscriber(known.id))
        return known

    async def changes(self, *, limit: int) -> Sequence[Change]:
        return await read(self._store.changes(limit=limit))

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

        return await self._commands.run(add)

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

    async def public_files(self) -> Mapping[str, str]:
        return {name: body.decode() for name, body in (await self._face.files()).items()}

    async def diagnose(self) -> Sequence[Finding]:
        return [
            Finding(component=each.component, status=each.status, diagnosis=each.diagnosis)
            for each in self._driver.engine.verdicts(self._clock.now())
        ]

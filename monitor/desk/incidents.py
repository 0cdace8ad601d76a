"""The part of the desk where people work on incidents, and mute checks."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.desk.running import Commands, found, read
from monitor.engine import incident_work, mutes
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.incident import Incident, Override
from monitor.model.incident_wish import IncidentWish
from monitor.model.incident_work import Note, Postmortem, Report
from monitor.model.platform import LocalizedText
from monitor.model.reporting import reports_due
from monitor.model.status import CheckState
from monitor.storage.store import Store
from monitor.web.ops.backend import Decision, IncidentRecord

Step = Callable[[Incident, datetime], tuple[Incident, Batch]]


class IncidentDesk:
    """Answers `OpsBackend` as far as incidents and mutes go."""

    _commands: Commands
    _memory: Memory
    _store: Store
    _clock: Clock
    _recalling: asyncio.Lock

    async def incidents(
        self, *, open_only: bool, limit: int, before: str | None
    ) -> Sequence[Incident]:
        return await read(self._store.incidents(open_only=open_only, limit=limit, before=before))

    async def incident(self, id_: str) -> IncidentRecord:
        """Return an incident with its history, and the reports that are due for it."""
        incident = found(await read(self._store.incident(id_)), "incident", id_)
        notices = await read(self._store.notices(incident.window or id_))
        deliveries = await read(self._store.deliveries(subject=id_))
        return IncidentRecord(
            incident=incident,
            at=self._clock.now(),
            due=reports_due(incident, self._memory.configuration.report_deadlines),
            events=tuple(await read(self._store.events_of(id_))),
            deliveries=tuple(reversed(deliveries)),
            notices=tuple(reversed(notices)),
        )

    async def open_incident(self, wish: IncidentWish) -> Incident:
        return await self._commands.run(
            lambda now: incident_work.open_incident(self._memory, wish, now)
        )

    async def resolve_incident(self, id_: str, by: str, reason: str) -> Incident:
        return await self._work(
            id_,
            lambda known, now: incident_work.resolve_incident(self._memory, known, by, reason, now),
        )

    async def acknowledge(self, id_: str, by: str) -> Incident:
        return await self._work(
            id_, lambda known, now: incident_work.acknowledge(self._memory, known, by, now)
        )

    async def note_incident(self, id_: str, by: str, text: str) -> Incident:
        def note(known: Incident, now: datetime) -> tuple[Incident, Batch]:
            fresh = Note(text=text, author=by, at=now)
            return incident_work.add_note(self._memory, known, fresh, now)

        return await self._work(id_, note)

    async def override_incident(self, id_: str, decision: Decision) -> Incident:
        def decide(known: Incident, now: datetime) -> tuple[Incident, Batch]:
            fresh = Override(
                cause=decision.cause,
                subcause=decision.subcause,
                severity=decision.severity,
                level=decision.level,
                author=decision.by,
                at=now,
                reason=decision.reason,
            )
            return incident_work.override(self._memory, known, fresh, now)

        return await self._work(id_, decide)

    async def account_incident(
        self, id_: str, by: str, public: LocalizedText, internal: str
    ) -> Incident:
        def account(known: Incident, now: datetime) -> tuple[Incident, Batch]:
            text = Postmortem(public=public, internal=internal, author=by, at=now)
            return incident_work.account(self._memory, known, text, now)

        return await self._work(id_, account)

    async def report_incident(self, id_: str, by: str, rule: str, note: str) -> Incident:
        def report(known: Incident, now: datetime) -> tuple[Incident, Batch]:
            made = Report(rule=rule, author=by, at=now, note=note)
            return incident_work.report(self._memory, known, made, now)

        return await self._work(id_, report)

    async def mute_check(self, check: str, by: str, reason: str, seconds: float) -> CheckState:
        def mute(now: datetime) -> tuple[CheckState, Batch]:
            until = now + timedelta(seconds=seconds)
            return mutes.mute(self._memory, check, reason, by, until, now)

        return await self._commands.run(mute)

    async def unmute_check(self, check: str, by: str) -> CheckState:
        return await self._commands.run(lambda now: mutes.unmute(self._memory, check, by, now))

    async def _work(self, id_: str, step: Step) -> Incident:
        """Take a step on an incident; one that ended long ago is fetched from the store.

        One at a time: the engine forgets such an incident at once, and the next step must find
        in the store what this one did.
        """
        async with self._recalling:
            is_known = id_ in self._memory.incidents
            stored = None if is_known else await read(self._store.incident(id_))
            return await self._commands.run(
                lambda now: step(incident_work.recalled(self._memory, id_, stored), now)
            )

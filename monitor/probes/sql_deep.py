"""The deep look: what a database says of itself, each topic bounded, and what it does not say."""

import asyncio
from collections.abc import Mapping
from enum import Enum

from monitor.model.observation import FailureKind, Observation
from monitor.model.signals import Signal, SignalKind
from monitor.probes import sql_mysql_deep, sql_postgres_deep
from monitor.probes.context import ProbeContext
from monitor.probes.limits import judged
from monitor.probes.sql_deep_spec import SCARCE, Topic
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_memory import SqlMemory
from monitor.probes.sql_question import Inquiry, Reader
from monitor.probes.sql_session import DeepSession, SqlSession
from monitor.probes.sql_spec import SqlSpec

READERS: Mapping[str, Mapping[Topic, Reader]] = {
    "postgresql": sql_postgres_deep.READERS,
    "mysql": sql_mysql_deep.READERS,
}

# What a whole deep look may take.
_MOST_SECONDS = 2.0


class _End(Enum):
    """How a look over one session ended."""

    COMPLETE = "the session can be used again"
    CUT = "an answer may still be under way"
    LOST = "the session was gone"


class DeepLook:
    """What one run of a check asks beyond its query; the recording takes what is found."""

    def __init__(self, spec: SqlSpec, context: ProbeContext) -> None:
        self._spec = spec
        self._context = context
        self._memory = context.memory.of(context.check, SqlMemory)
        self._is_idle = False

    async def look(self, session: SqlSession) -> None:
        """Where it is time to, ask over the session that is kept, or else over *session*."""
        spec = self._spec
        if not self._memory.is_due(spec.deep_every, self._context.trigger):
            return
        if not await self.look_aside() and isinstance(session, DeepSession):
            self._is_idle = await self._ask(session) is _End.COMPLETE

    async def look_aside(self) -> bool:
        """Ask over the session that is kept: it answers when nobody is let in any more."""
        kept = self._memory.take()
        if kept is None:
            return False
        end = _End.CUT
        try:
            end = await self._ask(kept)
        finally:
            if end is _End.COMPLETE:
                self._memory.keep(kept)
            else:
                kept.leave()
        return end is not _End.LOST

    async def leave(self, session: SqlSession) -> None:
        """Close *session*, unless the check wants one to be kept, and this one answered it all."""
        wanted = self._spec.keep_session and not self._memory.keeps
        if wanted and self._is_idle and isinstance(session, DeepSession):
            self._memory.keep(session)
        else:
            await session.close()

    def judge(self, took: float) -> Observation:
        """Return the verdict on a run in which everything else did its work."""
        spec, recording = self._spec, self._context.recording
        if not spec.topics:
            return recording.succeeded(degraded_after=spec.degraded_after, took=took)
        roles = {
            each.value for each in recording.signals if each.kind is SignalKind.REPLICATION_ROLE
        }
        is_other = bool(spec.expect_role and roles and spec.expect_role not in roles)
        found = (
            spec.limits.of(each.kind).exceeded(each, below=each.kind in SCARCE)
            for each in recording.signals
        )
        excesses = [each for each in found if each]
        self._memory.note(is_bad=is_other or bool(excesses))
        if is_other:
            detail = f"it is no {spec.expect_role}"
            return recording.failed(FailureKind.VALUE_UNEXPECTED, detail)
        if excesses:
            return judged(recording, excesses, recording.lateness(spec.degraded_after, took))
        return recording.succeeded(degraded_after=spec.degraded_after, took=took)

    async def _ask(self, session: DeepSession) -> _End:
        """Ask topic after topic; what is not answered is said, with the reason."""
        found: list[Signal] = []
        missing: dict[Topic, str] = {}
        now = self._context.clock.monotonic()
        inquiry = Inquiry(session, self._memory.counters, now)
        waiting = list(self._spec.topics)
        end = _End.COMPLETE
        try:
            async with asyncio.timeout(min(_MOST_SECONDS, self._context.remaining_seconds() / 2)):
                while waiting:
                    await self._ask_topic(waiting[0], inquiry, found, missing)
                    del waiting[0]
        except TimeoutError:
            missing.update(dict.fromkeys(waiting, "no time was left"))
            end = _End.CUT
        except SqlError:
            return _End.LOST
        found.extend(self._memory.growths.days_left(found, now, self._spec.forecast_over))
        if missing:
            reasons = "; ".join(f"{topic}: {why}" for topic, why in missing.items())
            found.append(Signal(SignalKind.FIGURES_MISSING, ", ".join(missing), reasons))
        self._context.recording.signals.extend(found)
        return end

    async def _ask_topic(
        self, topic: Topic, inquiry: Inquiry, found: list[Signal], missing: dict[Topic, str]
    ) -> None:
        try:
            answer = await READERS[self._spec.target.backend][topic](inquiry)
        except SqlError as error:
            if error.lost:
                raise
            missing[topic] = str(error.code or error.sqlstate)
            return
        found.extend(answer.signals)
        if answer.hidden:
            missing[topic] = answer.hidden

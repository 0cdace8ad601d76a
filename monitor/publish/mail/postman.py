"""Carries messages to the mail server: at a pace, over few connections, and knows what left."""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

import structlog

from monitor.clock import Clock
from monitor.model.mail import MailPolicy
from monitor.publish.deliveries.result import SendResult
from monitor.publish.mail.ports import MailKind, MailMetrics, MailResult
from monitor.publish.mail.smtp import MailServerError, SmtpSession

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message for one *recipient*; *id* is what its result is noted under."""

    id: str
    recipient: str = field(repr=False)
    write: Callable[[], EmailMessage]


@dataclass(slots=True)
class Round:
    """What became of some letters so far; *trouble* says that the server ended the round."""

    results: dict[str, MailResult] = field(default_factory=dict)
    trouble: SendResult | None = None

    def of(self, result: MailResult) -> tuple[str, ...]:
        """Return the ids of the letters with *result*."""
        return tuple(id_ for id_, each in self.results.items() if each is result)


class Pacer:
    """Gives turns that lie at least so far apart."""

    def __init__(self, clock: Clock, rate_per_second: float) -> None:
        self._clock = clock
        self._gap = 1.0 / rate_per_second
        self._next = float("-inf")

    async def turn(self) -> None:
        """Return when the next message may leave."""
        now = self._clock.monotonic()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)


class Postman:
    """Sends letters through one mail server; `close` when nothing more is to be sent."""

    def __init__(self, policy: MailPolicy, sender: str, clock: Clock, metrics: MailMetrics) -> None:
        self._sender = sender
        self._metrics = metrics
        self._pacer = Pacer(clock, policy.rate_per_second)
        tls = ssl.create_default_context(cafile=policy.ca_file)
        domain = sender.rpartition("@")[2]
        self._sessions = [SmtpSession(policy, tls, domain) for _ in range(policy.connections)]

    async def carry(self, letters: Sequence[Letter], kind: MailKind, round_: Round) -> None:
        """Send *letters* and note each result in *round_* at once, so that no end loses any."""
        waiting = iter(letters)
        async with asyncio.TaskGroup() as group:
            for session in self._sessions[: len(letters)]:
                group.create_task(self._carry(session, waiting, kind, round_))

    async def close(self) -> None:
        for each in self._sessions:
            await each.close()

    async def _carry(
        self, session: SmtpSession, waiting: Iterator[Letter], kind: MailKind, round_: Round
    ) -> None:
        for letter in waiting:
            await self._pacer.turn()
            if round_.trouble is not None:
                return
            try:
                result = await self._send(session, letter)
            except MailServerError as error:
                round_.trouble = error.result
                return
            round_.results[letter.id] = result
            self._metrics.count_mail(kind, result)

    async def _send(self, session: SmtpSession, letter: Letter) -> MailResult:
        try:
            message = letter.write()
        except Exception as error:  # noqa: BLE001 - one that cannot be written must stop no other
            log.warning("letter_not_written", letter=letter.id, error=type(error).__name__)
            return MailResult.REFUSED
        return await session.send(message, self._sender, letter.recipient)

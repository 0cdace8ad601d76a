"""Which notices failed, and when each is tried again: after 1 s, 2 s, 4 s, at most 5 minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.notice import NoticeKind
from monitor.publish.notices.occasion import NoticeIntent

Key = tuple[NoticeKind, int]
FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class _Retry:
    due_at: datetime
    delay: float


class Retries:
    """What is put off, per incident or window."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[Key, _Retry]] = {}

    def put_off(self, intent: NoticeIntent, now: datetime) -> None:
        """Take note that *intent* failed; each time it waits twice as long."""
        waiting = self._waiting.setdefault(intent.subject, {})
        last = waiting.get((intent.kind, intent.revision))
        delay = min(2 * last.delay, LONGEST_SECONDS) if last else FIRST_SECONDS
        waiting[intent.kind, intent.revision] = _Retry(now + timedelta(seconds=delay), delay)

    def may_try(self, intent: NoticeIntent, now: datetime) -> bool:
        """Whether *intent* has not failed, or waited long enough since."""
        last = self._waiting.get(intent.subject, {}).get((intent.kind, intent.revision))
        return last is None or last.due_at <= now

    def done(self, intent: NoticeIntent) -> None:
        """Take note that *intent* need not be tried again."""
        self._waiting.get(intent.subject, {}).pop((intent.kind, intent.revision), None)

    def wait_for(self, subject: str) -> bool:
        """Whether a notice about *subject* is put off."""
        return bool(self._waiting.get(subject))

    def forget(self, subject: str) -> None:
        """Forget what is put off about *subject*."""
        self._waiting.pop(subject, None)

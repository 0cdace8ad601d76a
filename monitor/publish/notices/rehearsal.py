"""Which notices would go out, without a store, a template or a reader: for replays of the past."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.configuration import Configuration
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeState, NoticeStep
from monitor.model.status import Status
from monitor.publish.notices.drafting import expiry_of, notice_of, step_of
from monitor.publish.notices.facts import effect_only
from monitor.publish.notices.gather import Gatherer, Known
from monitor.publish.notices.plan import NoticeIntent, due_notices, is_held_back, overtaken

Subject = Incident | Window


class Rehearsal:
    """Plans notices as the publisher does; on-call counts as informed, and nobody approves."""

    def __init__(self, configuration: Configuration) -> None:
        self._policy = configuration.notices
        self._gatherer = Gatherer(configuration)
        self._subjects: dict[str, Subject] = {}
        self._existing: dict[str, list[Notice]] = {}

    def saw(self, subjects: Iterable[Subject]) -> None:
        """Take note of changed incidents and windows."""
        self._subjects |= {each.id: each for each in subjects}

    def tick(self, statuses: Mapping[str, Status], now: datetime) -> tuple[Notice, ...]:
        """Return the notices that go out at *now*; *statuses* are those of the services."""
        told: list[Notice] = []
        for subject in tuple(self._subjects.values()):
            self._put_away(subject, now)
            while intents := self._due(subject, now):
                told.append(self._publish(intents[0], subject, statuses, now))
            existing = self._existing.get(subject.id, ())
            held = is_held_back(subject, existing, self._policy, now)
            if subject.status.is_ended and not held:
                del self._subjects[subject.id]
                self._existing.pop(subject.id, None)
        return tuple(each for each in told if each.state is NoticeState.PUBLISHED)

    def _put_away(self, subject: Subject, now: datetime) -> None:
        """Nobody is there to approve a draft."""
        existing = self._existing.get(subject.id, [])
        past = overtaken(subject, existing, self._policy, now)
        gone = NoticeStep(state=NoticeState.SUPERSEDED, at=now, rule="overtaken")
        late = NoticeStep(state=NoticeState.EXPIRED, at=now, rule="approve_within")
        kept = [each.stepped(gone) if each in past else each for each in existing]
        self._existing[subject.id] = [
            each.stepped(late) if each.expires_at and each.expires_at <= now else each
            for each in kept
        ]

    def next_due(self, now: datetime) -> datetime | None:
        """Return the next moment after *now* at which a notice may be due by time alone."""
        moments = [
            since + timedelta(seconds=seconds)
            for subject in self._subjects.values()
            for since in self._reckoned_from(subject)
            for seconds in (self._policy.min_duration_seconds, self._policy.update_every_seconds)
        ]
        first_word = timedelta(seconds=self._policy.first_word_seconds)
        moments += [
            each.confirmed_at + first_word
            for each in self._subjects.values()
            if isinstance(each, Incident)
        ]
        drafts = (each for held in self._existing.values() for each in held)
        moments += [each.expires_at for each in drafts if each.expires_at is not None]
        return min((each for each in moments if each > now), default=None)

    def _reckoned_from(self, subject: Subject) -> list[datetime]:
        began = [subject.started_at] if isinstance(subject, Incident) else []
        return [*began, *(each.at for each in self._existing.get(subject.id, [])[-1:])]

    def _due(self, subject: Subject, now: datetime) -> tuple[NoticeIntent, ...]:
        services = self._gatherer.services_of(subject)
        existing = self._existing.get(subject.id, [])
        return due_notices(subject, existing, self._policy, now, services=services)

    def _publish(
        self, intent: NoticeIntent, subject: Subject, statuses: Mapping[str, Status], now: datetime
    ) -> Notice:
        existing = self._existing.setdefault(subject.id, [])
        known = Known(statuses=statuses, on_call_informed=True)
        if isinstance(subject, Incident):
            record = self._gatherer.of_incident(intent.kind, subject, existing, known, now)
        else:
            record = self._gatherer.of_window(intent.kind, subject, existing, known, now)
        record = effect_only(record) if intent.effect_only else record
        step = step_of(intent, now)
        notice = replace(
            notice_of(intent.subject, intent.kind, intent.revision, record, {}, step),
            expires_at=expiry_of(intent, subject, self._policy, now),
        )
        existing.append(notice)
        return notice

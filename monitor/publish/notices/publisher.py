"""Publishes what is due: plans from what is committed, renders, then saves with its event."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from monitor.model.batch import Batch
from monitor.model.configuration import Configuration, NoticePolicy
from monitor.model.events import Event
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeStep
from monitor.publish.notices.announce import overdue_event, published_event, waiting_event
from monitor.publish.notices.drafting import (
    asides_of,
    expiry_of,
    notice_of,
    step_of,
    superseded_by,
    texts_of,
)
from monitor.publish.notices.facts import FactRecord, effect_only
from monitor.publish.notices.gather import Gatherer, Known
from monitor.publish.notices.plan import NoticeIntent, due_notices, is_held_back, overtaken
from monitor.publish.notices.ports import EVERY_NOTICE, FactSource, NoticeMetrics, NoticeStore
from monitor.publish.notices.render import Renderer
from monitor.publish.notices.retries import Retries

log = structlog.get_logger(__name__)

Subject = Incident | Window


class NoticePublisher:
    """Follows committed incidents and windows and says what users must know.

    Call `saw` with each committed batch, `restore` once at start (with what ended lately, too:
    its last notice may be missing) and `tick` each second and after a commit.
    """

    def __init__(
        self, *, store: NoticeStore, renderer: Renderer, facts: FactSource, metrics: NoticeMetrics
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._facts = facts
        self._metrics = metrics
        self._subjects: dict[str, Subject] = {}
        self._existing: dict[str, list[Notice]] = {}
        self._retries = Retries()
        self._gatherer: Gatherer | None = None
        # Drafts whose incident or window ended so long ago that nobody follows it; None: not read.
        self._orphans: dict[str, Notice] | None = None
        # Held by whoever adds or changes notices, so that no two plan on the same state.
        self.lock = asyncio.Lock()

    def saw(self, batch: Batch) -> None:
        """Take note of a committed batch."""
        self._subjects |= {each.id: each for each in batch.incidents}
        self._subjects |= {each.id: each for each in batch.windows}

    def restore(self, incidents: Sequence[Incident], windows: Sequence[Window]) -> None:
        """Take note of what the store holds at start; later commits win."""
        held: dict[str, Subject] = {each.id: each for each in incidents}
        held |= {each.id: each for each in windows}
        self._subjects = held | self._subjects

    def changed(self, notice: Notice) -> None:
        """Take note that a person changed *notice*, such as by retracting it."""
        held = self._existing.get(notice.subject)
        if held is not None:
            self._existing[notice.subject] = [
                notice if each.id == notice.id else each for each in held
            ]
        if self._orphans and notice.state is not NoticeState.PENDING:
            self._orphans.pop(notice.id, None)

    def added(self, notice: Notice) -> None:
        """Take note of a notice that a person published."""
        if (held := self._existing.get(notice.subject)) is not None:
            held.append(notice)

    def subject(self, id_: str) -> Subject | None:
        """Return the incident or window that is followed under *id_*."""
        return self._subjects.get(id_)

    def drafts(self) -> tuple[Notice, ...]:
        """Return what waits for a person."""
        held = {each.id: each for every in self._existing.values() for each in every}
        known = {**(self._orphans or {}), **held}
        return tuple(each for each in known.values() if each.state is NoticeState.PENDING)

    async def record_of(self, kind: NoticeKind, subject: Subject, now: datetime) -> FactRecord:
        """Return what is known of *subject* now, for a notice of *kind*."""
        gatherer = self._gatherer_of(self._facts.configuration())
        await self._notices_of(subject.id)
        return await self._gather(kind, subject, gatherer, now)

    async def tick(self, now: datetime) -> tuple[Notice, ...]:
        """Publish all that is due at *now* and return it; one failure stops no other notice.

        While an earlier tick still waits for the store, there is nothing to do.
        """
        if self.lock.locked():
            return ()
        async with self.lock:
            gatherer = self._gatherer_of(self._facts.configuration())
            published: list[Notice] = []
            try:
                await self._expire_orphans(now)
            except Exception:
                log.exception("drafts_not_read")
            for subject in tuple(self._subjects.values()):
                try:
                    published += await self._follow(subject, gatherer, now)
                except Exception:
                    # The store may be away: the notice waits, and is planned again.
                    log.exception("notice_subject_failed", subject=subject.id)
            return tuple(published)

    def _gatherer_of(self, configuration: Configuration) -> Gatherer:
        """Return the gatherer of *configuration*, made anew only after a reload."""
        if self._gatherer is None or self._gatherer.configuration is not configuration:
            self._gatherer = Gatherer(configuration)
        return self._gatherer

    async def _follow(self, subject: Subject, gatherer: Gatherer, now: datetime) -> list[Notice]:
        """Publish what is due about *subject*, planning anew after each notice."""
        published: list[Notice] = []
        await self._put_away(subject, gatherer.configuration.notices, now)
        while intent := await self._first_due(subject, gatherer, now):
            try:
                notice = await self._publish(intent, subject, gatherer, now)
            except Exception:
                # A template or an operator's text may be broken: others must not wait for it.
                log.exception("notice_failed", subject=subject.id, kind=intent.kind.value)
                self._retries.put_off(intent, now)
                self._metrics.failed(intent.kind.value)
                continue
            published += [notice] if notice else []
        self._forget_if_settled(subject, gatherer.configuration.notices, now)
        return published

    async def _first_due(
        self, subject: Subject, gatherer: Gatherer, now: datetime
    ) -> NoticeIntent | None:
        existing = await self._notices_of(subject.id)
        services = gatherer.services_of(subject)
        policy = gatherer.configuration.notices
        due = due_notices(subject, existing, policy, now, services=services)
        return next((each for each in due if self._retries.may_try(each, now)), None)

    async def _notices_of(self, subject: str) -> list[Notice]:
        if subject not in self._existing:
            self._existing[subject] = await self._store.notices(subject, EVERY_NOTICE)
        return self._existing[subject]

    async def _publish(
        self, intent: NoticeIntent, subject: Subject, gatherer: Gatherer, now: datetime
    ) -> Notice | None:
        at = self._moment(subject.id, now)
        record = await self._gather(intent.kind, subject, gatherer, at)
        record = effect_only(record) if intent.effect_only else record
        texts = texts_of(record, gatherer.configuration, self._renderer)
        step = step_of(intent, at)
        notice = notice_of(intent.subject, intent.kind, intent.revision, record, texts, step)
        policy = gatherer.configuration.notices
        notice = replace(
            notice,
            audiences=asides_of(record, texts, self._renderer),
            expires_at=expiry_of(intent, subject, policy, at),
        )
        saved = await self._store.save_notice(notice, _events(notice))
        self._retries.done(intent)
        if not saved:
            del self._existing[subject.id]
            self._found(notice, await self._notices_of(subject.id))
            return None
        self._existing[subject.id].append(notice)
        await self.supersede(notice, at)
        self._tell(notice, intent.reason)
        return notice

    def _tell(self, notice: Notice, reason: str) -> None:
        """Count and log a notice that is new to users, or to a person."""
        if notice.state is NoticeState.PUBLISHED:
            for locale in notice.texts:
                self._metrics.published(notice.kind.value, locale)
        log.info(
            "notice_published" if notice.state is NoticeState.PUBLISHED else "notice_waits",
            notice=notice.id,
            subject=notice.subject,
            kind=notice.kind.value,
            revision=notice.revision,
            reason=str(reason),
        )

    async def supersede(self, newer: Notice, now: datetime) -> None:
        """Take drafts away that *newer* made needless, with the lock held."""
        for each in superseded_by(newer, self._existing.get(newer.subject, ())):
            step = NoticeStep(state=NoticeState.SUPERSEDED, at=now, rule=newer.id)
            await self._change(each.stepped(step))

    async def _expire_orphans(self, now: datetime) -> None:
        """Take drafts away that nobody approved in time, and whose subject nobody follows."""
        if self._orphans is None:
            drafts = await self._store.notices(None, EVERY_NOTICE, state=NoticeState.PENDING)
            self._orphans = {each.id: each for each in drafts if each.subject not in self._subjects}
        for each in tuple(self._orphans.values()):
            if each.expires_at and each.expires_at <= now:
                await self._change(each.stepped(_expired(now)))

    async def _put_away(self, subject: Subject, policy: NoticePolicy, now: datetime) -> None:
        """Take drafts away that hold no more, or that nobody approved in time."""
        existing = await self._notices_of(subject.id)
        past = overtaken(subject, existing, policy, now)
        for each in existing:
            if each in past:
                step = NoticeStep(state=NoticeState.SUPERSEDED, at=now, rule="overtaken")
                await self._change(each.stepped(step))
            elif each.expires_at and each.expires_at <= now:
                await self._change(each.stepped(_expired(now)))

    async def _change(self, notice: Notice) -> None:
        await self._store.update_notice(notice, [])
        self.changed(notice)

    def _moment(self, subject: str, now: datetime) -> datetime:
        """Return a moment after the last notice on *subject*: times keep the order they came in."""
        last = max((each.at for each in self._existing[subject]), default=None)
        return now if last is None or last < now else last + timedelta(microseconds=1)

    @staticmethod
    def _found(notice: Notice, existing: Sequence[Notice]) -> None:
        """Make sure that a notice refused as a duplicate is there, so that it is not due again."""
        if all(each.id != notice.id for each in existing):
            raise LookupError(f"{notice.id} was refused as a duplicate but is not stored")

    async def _gather(
        self, kind: NoticeKind, subject: Subject, gatherer: Gatherer, now: datetime
    ) -> FactRecord:
        informed = await self._facts.on_call_informed(self._paged_subject(subject))
        known = Known(statuses=self._facts.statuses(), on_call_informed=informed)
        existing = self._existing[subject.id]
        if isinstance(subject, Incident):
            return gatherer.of_incident(kind, subject, existing, known, now)
        return gatherer.of_window(kind, subject, existing, known, now)

    def _paged_subject(self, subject: Subject) -> str:
        """Return the id under which people were called: for a window, that of its overrun."""
        overruns = (
            each.id
            for each in self._subjects.values()
            if isinstance(each, Incident) and each.window == subject.id
        )
        return next(overruns, subject.id)

    def _forget_if_settled(self, subject: Subject, policy: NoticePolicy, now: datetime) -> None:
        if not subject.status.is_ended or self._subjects.get(subject.id) is not subject:
            return
        existing = self._existing.get(subject.id, ())
        waits = any(each.state is NoticeState.PENDING for each in existing)
        failed = self._retries.wait_for(subject.id)
        if not waits and not failed and not is_held_back(subject, existing, policy, now):
            del self._subjects[subject.id]
            self._existing.pop(subject.id, None)
            self._retries.forget(subject.id)


def _expired(now: datetime) -> NoticeStep:
    return NoticeStep(state=NoticeState.EXPIRED, at=now, rule="approve_within")


def _events(notice: Notice) -> list[Event]:
    """Return what is told of a new notice: to users and programs, or to who may approve it."""
    if notice.state is NoticeState.PENDING:
        return [waiting_event(notice)]
    late = [overdue_event(notice)] if notice.kind is NoticeKind.HOLDING else []
    return [published_event(notice), *late]

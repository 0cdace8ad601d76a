"""What people decide of notices: approve, reject, retract, set right, and say themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jinja2 import TemplateError

from monitor.model.events import Event
from monitor.model.incident import Incident
from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeStep, NoticeText
from monitor.model.platform import LocalizedText
from monitor.publish.notices.announce import corrected_event, published_event
from monitor.publish.notices.drafting import asides_of, notice_of, refreshed, texts_of
from monitor.publish.notices.facts import CorrectedFact, FactRecord, effect_only, facts_of
from monitor.publish.notices.forbidden import excess
from monitor.publish.notices.ports import EVERY_NOTICE, FactSource, NoticeMetrics, NoticeStore
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import Renderer

APPROVABLE = (NoticeState.PENDING, NoticeState.EXPIRED)


class DecisionError(ValueError):
    """What a person asked for does not fit; the message is for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Who decides, and why; the reason stays inside."""

    by: str
    reason: str = ""


class Decisions:
    """Carries decisions out, one at a time and never beside the publisher's own work."""

    def __init__(
        self,
        publisher: NoticePublisher,
        store: NoticeStore,
        renderer: Renderer,
        facts: FactSource,
        metrics: NoticeMetrics,
    ) -> None:
        self._publisher = publisher
        self._store = store
        self._renderer = renderer
        self._facts = facts
        self._metrics = metrics

    async def approve(self, notice: Notice, say: Say, now: datetime) -> Notice:
        """Publish what waited for a person, with the facts that they saw, as of now."""
        async with self._publisher.lock:
            notice = await self._fresh(notice, *APPROVABLE)
            at = await self._moment(notice.subject, now)
            record = refreshed(facts_of(notice), at, self._facts.configuration().notices)
            step = NoticeStep(
                state=NoticeState.PUBLISHED, at=at, by=say.by, rule="person", reason=say.reason
            )
            texts = self._texts(record)
            approved = replace(
                notice_of(notice.subject, notice.kind, notice.revision, record, texts, step),
                audiences=asides_of(record, texts, self._renderer),
                history=(*notice.history, step),
            )
            await self._change(approved, [published_event(approved)])
        self._count(approved)
        return approved

    async def reject(self, notice: Notice, say: Say, now: datetime) -> Notice:
        """Keep what waited for a person from users, for good."""
        async with self._publisher.lock:
            notice = await self._fresh(notice, *APPROVABLE)
            rejected = notice.stepped(_step(NoticeState.REJECTED, say, now))
            await self._change(rejected, [])
        return rejected

    async def retract(
        self, notice: Notice, statement: LocalizedText, say: Say, now: datetime
    ) -> Notice:
        """Take a notice off the page, and tell users that it no longer holds."""
        async with self._publisher.lock:
            notice = await self._fresh(notice, NoticeState.PUBLISHED)
            retracted = notice.stepped(_step(NoticeState.RETRACTED, say, now))
            correction = await self._correct(retracted, statement, say, now)
        return replace(retracted, corrected_by=correction.id)

    async def correct(
        self, notice: Notice, statement: LocalizedText, say: Say, now: datetime
    ) -> Notice:
        """Leave a notice where it is, marked, and tell users what is right; return that."""
        if not statement:
            raise DecisionError("say what is right, in every language of the platform")
        async with self._publisher.lock:
            notice = await self._fresh(notice, NoticeState.PUBLISHED)
            marked = notice.stepped(_step(NoticeState.PUBLISHED, say, now))
            return await self._correct(marked, statement, say, now)

    async def say(self, subject: str, statement: LocalizedText, say: Say, now: datetime) -> Notice:
        """Publish an update on an open incident with a person's own words, and return it."""
        if not statement:
            raise DecisionError("say something, in every language of the platform")
        async with self._publisher.lock:
            known = self._publisher.subject(subject)
            if not isinstance(known, Incident) or known.status.is_ended:
                raise DecisionError(f"{subject} is no open incident")
            at = await self._moment(subject, now)
            record = await self._publisher.record_of(NoticeKind.UPDATE, known, at)
            return await self._add(subject, replace(record, statement=statement), say)

    async def _fresh(self, notice: Notice, *states: NoticeState) -> Notice:
        """Return *notice* as it is now: another decision may have come first."""
        known = await self._store.notices(notice.subject, EVERY_NOTICE)
        fresh = next((each for each in known if each.id == notice.id), notice)
        if fresh.state not in states:
            wanted = " or ".join(each.value for each in states)
            raise DecisionError(f"the notice is {fresh.state.value}, not {wanted}")
        return fresh

    async def _moment(self, subject: str, now: datetime) -> datetime:
        """Return a moment after the last notice on *subject*: times keep the order they came in."""
        existing = await self._store.notices(subject)
        last = max((each.at for each in existing), default=None)
        return now if last is None or last < now else last + timedelta(microseconds=1)

    async def _correct(
        self, notice: Notice, statement: LocalizedText, say: Say, now: datetime
    ) -> Notice:
        """Publish what is right instead of *notice*, which has taken its step, and return that."""
        subjects = {locale: text.subject for locale, text in notice.texts.items()}
        about = CorrectedFact(
            notice=notice.id,
            kind=notice.kind,
            at=notice.at,
            subjects=subjects,
            withdrawn=notice.state is NoticeState.RETRACTED,
        )
        record = replace(
            effect_only(facts_of(notice)),
            kind=NoticeKind.CORRECTION,
            at=await self._moment(notice.subject, now),
            unaffected=(),
            alternatives=(),
            next_update_by=None,
            statement=statement,
            corrected=about,
        )
        return await self._add(notice.subject, record, say, corrected=notice)

    async def _add(
        self, subject: str, record: FactRecord, say: Say, corrected: Notice | None = None
    ) -> Notice:
        """Publish a notice of a person's, unless its words are not for users.

        What it sets right is marked in the same moment: users never read one without the other.
        """
        texts = self._texts(record)
        self._must_fit(record)
        existing = await self._store.notices(subject, EVERY_NOTICE)
        revisions = [each.revision for each in existing if each.kind is record.kind]
        step = _step(NoticeState.PUBLISHED, say, record.at)
        number = max(revisions, default=0) + 1
        notice = replace(
            notice_of(subject, record.kind, number, record, texts, step),
            audiences=asides_of(record, texts, self._renderer),
        )
        events = [published_event(notice)]
        if corrected is not None:
            corrected = replace(corrected, corrected_by=notice.id)
            events.append(corrected_event(corrected))
        if not await self._store.save_notice(notice, events, corrected):
            raise DecisionError("another notice came first; look, and try again")
        self._publisher.added(notice)
        if corrected is not None:
            self._publisher.changed(corrected)
        await self._publisher.supersede(notice, record.at)
        self._count(notice)
        return notice

    def _texts(self, record: FactRecord) -> dict[str, NoticeText]:
        try:
            return texts_of(record, self._facts.configuration(), self._renderer)
        except TemplateError as error:
            raise DecisionError(f"the template fails: {error}") from error

    def _must_fit(self, record: FactRecord) -> None:
        """Refuse words that must not reach users; what a person wrote is in every language."""
        locales = self._facts.configuration().platform.locales
        missing = [each for each in locales if record.statement and each not in record.statement]
        if missing:
            raise DecisionError(f"the text for {', '.join(missing)} is missing")
        problems = [
            f"the text for {locale} {problem}"
            for locale, text in record.statement.items()
            for problem in excess(text)
        ]
        if problems:
            raise DecisionError("; ".join(problems))

    async def _change(self, notice: Notice, events: Sequence[Event]) -> None:
        await self._store.update_notice(notice, events)
        self._publisher.changed(notice)

    def _count(self, notice: Notice) -> None:
        for locale in notice.texts:
            self._metrics.published(notice.kind.value, locale)


def _step(state: NoticeState, say: Say, at: datetime) -> NoticeStep:
    return NoticeStep(state=state, at=at, by=say.by, rule="person", reason=say.reason)

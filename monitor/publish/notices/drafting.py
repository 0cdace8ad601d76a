"""Makes notices: a fact record rendered in every language, with its first step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from jinja2 import TemplateError

from monitor.model.codec import to_json
from monitor.model.configuration import Configuration, NoticePolicy
from monitor.model.identity import make_id
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Audience, Notice, NoticeKind, NoticeState, NoticeStep, NoticeText
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.occasion import UNREPLACED, NoticeIntent
from monitor.publish.notices.render import Renderer

log = structlog.get_logger(__name__)

FIRST_WORDS = (NoticeKind.DISRUPTION, NoticeKind.REGULATORY)
# After these nothing that was drafted before is worth telling.
ENDING = frozenset(
    {
        NoticeKind.RECOVERY,
        NoticeKind.MAINTENANCE_COMPLETED,
        NoticeKind.MAINTENANCE_CANCELLED,
    }
)


def texts_of(
    record: FactRecord, configuration: Configuration, renderer: Renderer
) -> dict[str, NoticeText]:
    """Return *record* in the platform's languages that there are templates for."""
    known = renderer.locales()
    wanted = [each for each in configuration.platform.locales if each in known]
    return {locale: renderer.render(record, locale) for locale in wanted}


def asides_of(
    record: FactRecord, texts: Mapping[str, NoticeText], renderer: Renderer
) -> dict[str, dict[str, NoticeText]]:
    """Return what other audiences read, made of the same facts; what fails keeps nobody waiting."""
    asides: dict[str, dict[str, NoticeText]] = {}
    for audience in Audience:
        for locale, told in texts.items():
            try:
                text = renderer.aside(record, audience, locale, told)
            except TemplateError as error:
                log.warning(
                    "aside_failed",
                    audience=audience.value,
                    locale=locale,
                    error=type(error).__name__,
                )
                continue
            asides.setdefault(audience.value, {})[locale] = text
    return asides


def notice_of(
    subject: str,
    kind: NoticeKind,
    revision: int,
    record: FactRecord,
    texts: Mapping[str, NoticeText],
    step: NoticeStep,
) -> Notice:
    """Return the notice made of *record* with its first *step*; its id follows from what it is."""
    facts = to_json(record)
    return Notice(
        id=make_id("ntc", subject, kind.value, str(revision)),
        subject=subject,
        kind=kind,
        revision=revision,
        state=step.state,
        services=tuple(each.service for each in record.affected),
        at=step.at,
        texts=texts,
        facts=facts if isinstance(facts, dict) else {},
        author=step.by,
        next_update_by=record.next_update_by,
        history=(step,),
    )


def refreshed(record: FactRecord, at: datetime, policy: NoticePolicy) -> FactRecord:
    """Return *record* as it is published at *at*, with a promise that counts from then."""
    promise = at + timedelta(seconds=policy.update_every_seconds)
    return replace(record, at=at, next_update_by=promise if record.next_update_by else None)


def step_of(intent: NoticeIntent, at: datetime) -> NoticeStep:
    """Return the first step of what is due: published, or before a person."""
    state = NoticeState.PENDING if intent.needs_approval else NoticeState.PUBLISHED
    return NoticeStep(state=state, at=at, rule=intent.rule, reason=intent.reason.value)


def expiry_of(
    intent: NoticeIntent, subject: Incident | Window, policy: NoticePolicy, now: datetime
) -> datetime | None:
    """Return until when a draft may wait; the first word of an incident is never late for it."""
    if not intent.needs_approval:
        return None
    expires_at = now + timedelta(seconds=policy.approve_within_seconds)
    is_first = intent.kind in FIRST_WORDS and intent.revision == 1
    if isinstance(subject, Incident) and is_first and _is_felt(subject):
        first_word = subject.confirmed_at + timedelta(seconds=policy.first_word_seconds)
        return max(now, min(expires_at, first_word))
    return expires_at


def _is_felt(incident: Incident) -> bool:
    return any(each.worst.is_bad for each in incident.impact)


def superseded_by(newer: Notice, existing: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return the drafts that *newer* makes needless: older ones of its kind, and at an end most.

    At an end that goes for expired ones, too: approved late, they would tell of what went on.
    """
    ends = newer.kind in ENDING
    gone = {NoticeState.PENDING: UNREPLACED, NoticeState.EXPIRED: UNREPLACED | ENDING}
    return tuple(
        each
        for each in existing
        if each.id != newer.id
        and (
            (each.state is NoticeState.PENDING and each.kind is newer.kind)
            or (ends and each.state in gone and each.kind not in gone[each.state])
        )
    )

"""A notice as operators see it: the preview in every language, its steps, what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model.configuration import Configuration
from monitor.model.notice import Notice, NoticeKind, NoticeState, NoticeStep, NoticeText
from monitor.web.ops.page.wording import Moment, Wording, label

APPROVABLE = (NoticeState.PENDING, NoticeState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A notice in one language, as paragraphs; *audience* is empty for users."""

    locale: str
    subject: str
    paragraphs: tuple[str, ...]
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step: what became of the notice, when, by whom or which rule, and why."""

    at: Moment
    state: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice with all that operators may know of it."""

    id: str
    kind: str
    state: str
    revision: int
    about: str
    about_url: str
    at: Moment
    expires: Moment | None
    next_update: Moment | None
    corrected_by: str
    services: str
    previews: tuple[Preview, ...]
    asides: tuple[Preview, ...]
    steps: tuple[StepRow, ...]
    locales: tuple[str, ...]
    can_approve: bool
    can_take_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesView:
    """What waits for a person, and what came before; *zone* is that of all times."""

    waiting: tuple[NoticeView, ...]
    others: tuple[NoticeView, ...]
    zone: str


def notices_view(
    waiting: Sequence[Notice],
    recent: Iterable[Notice],
    configuration: Configuration,
    wording: Wording,
) -> NoticesView:
    """Return the drafts, first the one that expires first, and the other notices."""
    drafts = sorted(waiting, key=lambda each: each.expires_at or each.at)
    return NoticesView(
        waiting=tuple(notice_view(each, configuration, wording) for each in drafts),
        others=tuple(
            notice_view(each, configuration, wording)
            for each in recent
            if each.state is not NoticeState.PENDING
        ),
        zone=wording.zone_name,
    )


def notice_view(notice: Notice, configuration: Configuration, wording: Wording) -> NoticeView:
    """Return one notice."""
    of_incident = notice.subject.startswith("inc_")
    published = notice.state is NoticeState.PUBLISHED
    return NoticeView(
        id=notice.id,
        kind=notice.kind.value,
        state=notice.state.value,
        revision=notice.revision,
        about=notice.subject,
        about_url=f"/incidents/{notice.subject}" if of_incident else "",
        at=wording.moment(notice.at),
        expires=wording.moment_or_none(notice.expires_at),
        next_update=wording.moment_or_none(notice.next_update_by),
        corrected_by=notice.corrected_by,
        services=", ".join(notice.services),
        previews=tuple(_preview(locale, text) for locale, text in notice.texts.items()),
        asides=tuple(
            _preview(locale, text, audience)
            for audience, texts in notice.audiences.items()
            for locale, text in texts.items()
        ),
        steps=tuple(_step(each, wording) for each in notice.history),
        locales=configuration.platform.locales,
        can_approve=notice.state in APPROVABLE,
        can_take_back=published and notice.kind is not NoticeKind.CORRECTION,
    )


def _preview(locale: str, text: NoticeText, audience: str = "") -> Preview:
    paragraphs = tuple(text.text.split("\n\n"))
    return Preview(locale=locale, subject=text.subject, paragraphs=paragraphs, audience=audience)


def _step(step: NoticeStep, wording: Wording) -> StepRow:
    by = step.by or (f"rule {step.rule}" if step.rule else "the monitor")
    reason = step.reason if step.by else label(step.reason)
    return StepRow(at=wording.moment(step.at), state=step.state.value, by=by, reason=reason)

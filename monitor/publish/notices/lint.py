"""Checks every notice template: it renders, says what it must, and nothing it must not."""

from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import TemplateError

from monitor.model.notice import Audience, NoticeKind, NoticeText
from monitor.publish.notices import samples
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.forbidden import excess
from monitor.publish.notices.render import Renderer
from monitor.publish.notices.required import missing, names_affected
from monitor.publish.notices.views import view_of
from monitor.publish.notices.wording import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with one template, with the facts it was rendered from."""

    locale: str
    kind: NoticeKind
    variant: str
    problem: str


VARIANTS = {"minimal": samples.minimal, "full": samples.full}
_ENGINEERS = {"zh": "技术人员", "en": "engineers"}


def lint(renderer: Renderer, locales: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return all that is wrong with the templates of *locales*, or of all there are."""
    return tuple(
        Finding(locale=locale, kind=kind, variant=variant, problem=problem)
        for locale in tuple(locales) or renderer.locales()
        for kind in NoticeKind
        for variant, make in VARIANTS.items()
        for problem in _problems(renderer, make(kind), locale)
    )


def check(record: FactRecord, text: NoticeText, locale: str) -> tuple[str, ...]:
    """Return what is wrong with *text*, a rendering of *record*."""
    view = view_of(record, locale)
    language = language_of(locale)
    lacks = (f"lacks {each}" for each in missing(record, view, text, language))
    return (*lacks, *_excess(record, text, language))


def _problems(renderer: Renderer, record: FactRecord, locale: str) -> tuple[str, ...]:
    try:
        text = renderer.attempt(record, locale)
    except TemplateError as error:
        return (f"does not render: {type(error).__name__}: {error}",)
    asides = (_of_aside(renderer, record, locale, each, text) for each in Audience)
    return (*check(record, text, locale), *(problem for each in asides for problem in each))


def _of_aside(
    renderer: Renderer, record: FactRecord, locale: str, audience: Audience, told: NoticeText
) -> Iterable[str]:
    """Yield what is wrong with what *audience* reads of the same facts."""
    try:
        text = renderer.aside(record, audience, locale, told)
    except TemplateError as error:
        yield f"does not render for {audience.value}: {type(error).__name__}: {error}"
        return
    view = view_of(record, locale)
    parts = {
        "a subject": bool(text.subject),
        "what users were told": names_affected(view, text.text),
        "the operator's own words": all(
            each in text.text for each in (view.statement, getattr(view, audience.value))
        ),
        "its date": view.at.text in text.text,
    }
    yield from (f"for {audience.value} lacks {name}" for name, there in parts.items() if not there)
    excessive = _excess(record, text, language_of(locale))
    yield from (f"for {audience.value} {problem}" for problem in excessive)


def _excess(record: FactRecord, text: NoticeText, language: str) -> Iterable[str]:
    incident = record.window is None
    yield from excess(f"{text.subject}\n{text.text}", by_person=False, of_incident=incident)
    people_know = record.on_call_informed or record.acknowledged
    if not people_know and _ENGINEERS.get(language, "\0") in text.text:
        yield "says that engineers know, which is not known"

"""Checks every notice template: it renders, says what it must, and nothing it must not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError

from monitor.model.notice import NoticeKind, NoticeText
from monitor.publish.notices import samples
from monitor.publish.notices.facts import FactRecord
from monitor.publish.notices.render import Renderer
from monitor.publish.notices.views import NoticeView, view_of
from monitor.publish.notices.wording import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with one template, with the facts it was rendered from."""

    locale: str
    kind: NoticeKind
    variant: str
    problem: str


VARIANTS = {"minimal": samples.minimal, "full": samples.full}
_ESTIMATED = (
    NoticeKind.MAINTENANCE_PLANNED,
    NoticeKind.MAINTENANCE_REMINDER,
    NoticeKind.MAINTENANCE_STARTED,
    NoticeKind.MAINTENANCE_EXTENDED,
)
_ESTIMATE = {"zh": "预计", "en": "estimate|expected"}
_ANTI_FRAUD = {"zh": "验证码", "en": "verification codes"}
_ENGINEERS = {"zh": "技术人员", "en": "engineers"}
_ATTACK = "the word attack"
_FORBIDDEN = {
    "an address": r"\b\d{1,3}(?:\.\d{1,3}){3}\b|https?://|\b[\w-]+\.(?:com|cn|net|local|internal)\b",
    "a version number": r"\bv?\d+\.\d+\.\d+\b",
    "an absolute promise": r"100\s*%|百分之百|保证|guarantee",
    "a promise of compensation": r"赔偿|补偿|compensat",
    _ATTACK: r"攻击|\battack",
}


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
    return (*_missing(record, view, text, language_of(locale)), *_excess(record, text, locale))


def _problems(renderer: Renderer, record: FactRecord, locale: str) -> tuple[str, ...]:
    try:
        text = renderer.render(record, locale)
    except TemplateError as error:
        return (f"does not render: {type(error).__name__}: {error}",)
    return check(record, text, locale)


def _missing(
    record: FactRecord, view: NoticeView, text: NoticeText, language: str
) -> Iterable[str]:
    first = text.text.split("\n\n", 1)[0]
    parts: Mapping[str, bool] = {
        "a subject": bool(text.subject),
        "the affected services in its first paragraph": view.affected.text in first
        or all(names.text in first for names in view.effects.values()),
        "the time zone": _is_timeless(record) or view.zone in text.text,
        "its issuer": view.issuer in text.text,
        "its date": view.at.text in text.text,
        "the contact": view.contact in text.text,
        "the warning of fraud": (view.anti_fraud or _ANTI_FRAUD[language]) in text.text,
        "the next update": view.next_update is None or view.next_update.text in text.text,
        "the mark of an estimate": record.kind not in _ESTIMATED
        or re.search(_ESTIMATE[language], text.text) is not None,
        "what a person wrote": view.statement in text.text,
        "machine-readable times": "<time datetime=" in text.html,
    }
    return (f"lacks {name}" for name, present in parts.items() if not present)


def _is_timeless(record: FactRecord) -> bool:
    """Whether no time is told: a rule may be announced before it is known when it begins."""
    rule = record.incident.regulatory if record.incident else None
    return rule is not None and rule.effective_from is None and rule.act_before is None


def excess(words: str, *, attack: bool = True) -> tuple[str, ...]:
    """Return what *words* say that users are never told; *attack* lets a person say that word."""
    return tuple(
        f"contains {name}"
        for name, pattern in _FORBIDDEN.items()
        if not (attack and name == _ATTACK) and re.search(pattern, words, re.IGNORECASE)
    )


def _excess(record: FactRecord, text: NoticeText, locale: str) -> Iterable[str]:
    yield from excess(f"{text.subject}\n{text.text}", attack=False)
    people_know = record.on_call_informed or record.acknowledged
    if not people_know and _ENGINEERS[language_of(locale)] in text.text:
        yield "says that engineers know, which is not known"

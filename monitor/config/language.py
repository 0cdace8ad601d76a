"""Rules of locales and time zones: users get every text in every language that was promised."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.config.draft import Draft
from monitor.config.entries import Found
from monitor.config.locales import locale_problem, time_zone_problem
from monitor.config.place import Place
from monitor.config.platform_section import PlatformSection
from monitor.config.problem import Problem
from monitor.config.suggestions import suggestion


def language_problems(draft: Draft, known: Collection[str] | None) -> Iterator[Problem]:
    """Yield unknown locales and zones, and texts that lack a locale or have one too many."""
    platform = draft.platform
    if platform is None:
        return
    own, wrong = _own_locales(draft.notices.templates)
    if wrong:
        yield draft.outline.single["notices"].at(["templates"]).problem(wrong)
    known = None if known is None else {*known, *own}
    yield from _platform(platform, draft.outline.single["platform"], known)
    for place, text in _texts(draft, platform):
        yield from _text(place, text, platform.locales)


def _own_locales(templates: str) -> tuple[frozenset[str], str]:
    """Return the languages that the operator's own templates add, or what is wrong with them."""
    if not templates:
        return frozenset(), ""
    folder = Path(templates)
    try:
        if folder.is_dir():
            return frozenset(each.name for each in folder.iterdir() if each.is_dir()), ""
    except OSError as error:
        return frozenset(), f"cannot be looked at: {error.strerror}"
    return frozenset(), "expected a folder of templates that exists"


def _platform(
    platform: PlatformSection, place: Place, known: Collection[str] | None
) -> Iterator[Problem]:
    for index, tag in enumerate(platform.locales):
        at = place.at(["locales", index])
        if tag in platform.locales[:index]:
            yield at.problem("expected every locale once")
        elif wrong := locale_problem(tag, known):
            yield at.problem(wrong)
    if platform.default_locale not in platform.locales:
        wrong = (
            f"not one of platform.locales{suggestion(platform.default_locale, platform.locales)}"
        )
        yield place.at(["default_locale"]).problem(wrong)
    if wrong := time_zone_problem(platform.time_zone):
        yield place.at(["time_zone"]).problem(wrong)


def _texts(draft: Draft, platform: PlatformSection) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Yield every text that was written, with its place."""
    top = draft.outline.single["platform"]
    for key in ("name", "contact", "issuer"):
        yield top.at([key]), getattr(platform, key)
    entries: tuple[tuple[Mapping[str, Found[Any]], tuple[str, ...]], ...] = (
        (draft.services, ("name", "description", "advice")),
        (draft.components, ("name", "public_name")),
        (draft.calendar, ("title",)),
    )
    for named, keys in entries:
        for found in named.values():
            for key in keys:
                yield found.place.at([key]), getattr(found.section, key)
    if notices := draft.outline.single.get("notices"):
        for key, text in draft.notices.texts:
            yield notices.at(["texts", key]), text


def _text(place: Place, text: Mapping[str, str], locales: tuple[str, ...]) -> Iterator[Problem]:
    if not text and not place.is_mapping:
        return
    for tag in text:
        if tag not in locales:
            declared = ", ".join(locales)
            yield place.at([tag]).problem(f"unknown locale; platform.locales declares {declared}")
    for tag in locales:
        if text and tag not in text:
            yield place.problem(f"the text for the locale {tag} is missing")

"""Rules between the keys of a planned window, and what is planned too late for its users."""

from collections.abc import Iterator

from monitor.config.calendar_section import CalendarSection
from monitor.config.draft import Draft
from monitor.config.entries import Found
from monitor.config.locales import time_zone_problem
from monitor.config.place import Place
from monitor.config.problem import Problem
from monitor.config.suggestions import suggestion
from monitor.model.recurrence import start_problem


def calendar_problems(draft: Draft) -> Iterator[Problem]:
    """Yield windows over nothing, names and zones that do not exist, starts beside their rule."""
    for found in draft.calendar.values():
        section, place = found.section, found.place
        if not section.services and not section.components:
            yield place.problem("name at least one service or component")
        yield from _unknown(found, draft)
        if section.time_zone is not None and (wrong := time_zone_problem(section.time_zone)):
            yield place.at(["time_zone"]).problem(wrong)
        if wrong := _beside_its_rule(section):
            yield place.at(["start"]).problem(wrong)


def calendar_warnings(draft: Draft) -> Iterator[Problem]:
    """Yield the series whose users hear of a window later than the platform promises."""
    policy = draft.maintenance.value()
    for found in draft.calendar.values():
        lead = found.section.lead
        if lead is not None and (short := policy.short_lead(lead)):
            yield found.place.at(["lead"]).problem(short)


def _unknown(found: Found[CalendarSection], draft: Draft) -> Iterator[Problem]:
    named = draft.outline.named
    for key, names in (
        ("services", found.section.services),
        ("components", found.section.components),
    ):
        for index, name in enumerate(names):
            if name not in named[key]:
                place: Place = found.place.at([key, index])
                kind = key.removesuffix("s")
                yield place.problem(f"unknown {kind} {name!r}{suggestion(name, named[key])}")


def _beside_its_rule(section: CalendarSection) -> str:
    if section.rrule is None:
        return ""
    return start_problem(section.rrule, section.value("", "UTC").first)

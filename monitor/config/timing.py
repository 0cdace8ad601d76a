"""Rules between the keys of one check: what can never work, and a retry that has no time."""

from collections.abc import Iterator

from monitor.config.check_section import DefaultsSection
from monitor.config.draft import Draft
from monitor.config.place import Part, Place
from monitor.config.problem import Problem

_TIMEOUT = (("timeout",), ("interval",))
_FAILURES = (("confirmation", "failures"), ("confirmation", "window"))
_RETRY = (("confirmation", "retry_after"), ("timeout",), ("interval",))


def timing_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what can never work, at the key of the check, or of the defaults, that says so."""
    for place, section in _sections(draft):
        if section.timeout >= section.interval and (at := _said(place, _TIMEOUT)):
            yield at.problem(
                f"timeout ({_seconds(section.timeout)}) must be shorter than"
                f" the interval ({_seconds(section.interval)})"
            )
        confirmation = section.confirmation
        if confirmation.failures > confirmation.window and (at := _said(place, _FAILURES)):
            yield at.problem(
                f"{confirmation.failures} failures never fit"
                f" into a window of {confirmation.window} attempts"
            )


def timing_warnings(draft: Draft) -> Iterator[Problem]:
    """Yield where the quick retry is switched off, because it would meet the next attempt."""
    for place, section in _sections(draft):
        if not section.has_time_to_retry and (at := _said(place, _RETRY)):
            yield at.problem(
                "retry is switched off: 2 x timeout + retry_after is longer than"
                f" the interval ({_seconds(section.interval)})"
            )


def _sections(draft: Draft) -> Iterator[tuple[Place, DefaultsSection]]:
    if place := draft.outline.single.get("defaults"):
        yield place, draft.defaults
    for each in draft.checks.values():
        yield each.place, each.section


def _said(place: Place, paths: tuple[tuple[Part, ...], ...]) -> Place | None:
    """Return the first of the keys that stands here; None where all of them are inherited."""
    for path in paths:
        found = place.at(path)
        if found.path_from(place) == path:
            return found
    return None


def _seconds(value: float) -> str:
    return f"{value:g}s"

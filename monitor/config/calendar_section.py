"""`calendar`: planned windows, single or recurring, by wall time."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.config.durations import PositiveSeconds, Seconds
from monitor.config.section import LocalizedTexts, Name, Section
from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.recurrence import LONGEST_SECONDS, day_problem, rule_problem, wall_time_problem
from monitor.model.series import Series


def _rule(text: str) -> str:
    if problem := rule_problem(text):
        raise ValueError(problem)
    return text


def _wall_time(text: str) -> str:
    if problem := wall_time_problem(text):
        raise ValueError(problem)
    return text


def _length(seconds: float) -> float:
    if seconds > LONGEST_SECONDS:
        raise ValueError('expected at most "31d"')
    return seconds


def _day(text: str) -> str:
    if problem := day_problem(text):
        raise ValueError(problem)
    return text


class BlipsSection(Section):
    """At most `blips` short interruptions of at most `max` each."""

    blips: int = Field(ge=1, le=1000)
    max: PositiveSeconds


class CalendarSection(Section):
    """A window, or with `rrule` one after another; each begins at `start` by the wall clock."""

    start: Annotated[str, AfterValidator(_wall_time)]
    duration: Annotated[PositiveSeconds, AfterValidator(_length)]
    rrule: Annotated[str, AfterValidator(_rule)] | None = None
    time_zone: str | None = None
    excluded: tuple[Annotated[str, AfterValidator(_day)], ...] = Field(default=(), alias="except")
    services: tuple[Name, ...] = ()
    components: tuple[Name, ...] = ()
    expected: Literal["full", "partial"] | BlipsSection = "full"
    title: LocalizedTexts = Field(default={})
    note: str = ""
    owner: str = ""
    lead: Seconds | None = None
    approval: bool = False

    def value(self, name: str, platform_zone: str) -> Series:
        return Series(
            id=name,
            start=self.start,
            duration_seconds=self.duration,
            time_zone=self.time_zone or platform_zone,
            rule=self.rrule or "",
            excluded=self.excluded,
            services=self.services,
            components=self.components,
            expected=_pattern(self.expected),
            title=self.title,
            note=self.note,
            owner=self.owner,
            needs_approval=self.approval,
            lead_seconds=self.lead,
        )


def _pattern(expected: str | BlipsSection) -> ExpectedPattern:
    if isinstance(expected, BlipsSection):
        return ExpectedPattern(
            kind=PatternKind.BLIPS, count=expected.blips, max_seconds=expected.max
        )
    return ExpectedPattern(kind=PatternKind(expected))

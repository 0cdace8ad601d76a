"""What the operations API accepts of maintenance: windows, series, and other times for them."""

from datetime import datetime
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator

from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.recurrence import (
    LONGEST_SECONDS,
    day_problem,
    rule_problem,
    start_problem,
    wall_time_problem,
)
from monitor.model.series import Series
from monitor.web.ops.backend import WindowWish
from monitor.web.ops.bodies import Body, Instant, Name, Names, Person, SignedBody, Text


def _sound(text: str, problem: str) -> str:
    if problem:
        raise ValueError(problem)
    return text


def _zone(name: str) -> str:
    known = name in available_timezones()
    return _sound(name, "" if known else "no time zone such as Asia/Shanghai")


Rule = Annotated[str, AfterValidator(lambda text: _sound(text, rule_problem(text)))]
WallTime = Annotated[str, AfterValidator(lambda text: _sound(text, wall_time_problem(text)))]
Day = Annotated[str, AfterValidator(lambda text: _sound(text, day_problem(text)))]
Length = Annotated[float, Field(gt=0, le=LONGEST_SECONDS)]
Lead = Annotated[float, Field(ge=0, le=400 * 86_400)]


class ExpectedBody(Body):
    """The trouble that is announced; the figures are for `blips`."""

    kind: PatternKind = PatternKind.FULL
    count: Annotated[int, Field(ge=0, le=1000)] = 0
    max_seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _announces_something(self) -> Self:
        if self.kind is PatternKind.BLIPS and not (self.count and self.max_seconds):
            raise ValueError("blips need a count and max_seconds above zero")
        return self

    def value(self) -> ExpectedPattern:
        return ExpectedPattern(kind=self.kind, count=self.count, max_seconds=self.max_seconds)


class PlanBody(SignedBody):
    """What windows and series have in common: what for, and who is told when."""

    services: Names = Field(default_factory=list)
    components: Names = Field(default_factory=list)
    title: dict[Name, Text] = Field(default_factory=dict)
    expected: ExpectedBody | None = None
    note: Text = ""
    owner: Person = ""
    approval: bool = False
    lead_seconds: Lead | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.services and not self.components:
            raise ValueError("name at least one service or component")
        return self


class WindowBody(PlanBody):
    """A planned maintenance of services, components or both."""

    start: Instant
    end: Instant

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end must come after the start")
        return self

    def wish(self) -> WindowWish:
        """Return the body as the backend takes it."""
        return WindowWish(
            start=self.start,
            end=self.end,
            services=tuple(self.services),
            components=tuple(self.components),
            title=dict(self.title),
            expected=None if self.expected is None else self.expected.value(),
            note=self.note,
            by=self.by,
            owner=self.owner,
            needs_approval=self.approval,
            lead_seconds=self.lead_seconds,
        )


class SeriesBody(PlanBody):
    """Maintenance that recurs: *start* is wall time in *time_zone*, by default the platform's."""

    rrule: Rule
    start: WallTime
    duration_seconds: Length
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    excluded: Annotated[list[Day], Field(max_length=400, alias="except")] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _starts_by_its_rule(self) -> Self:
        if problem := start_problem(self.rrule, datetime.fromisoformat(self.start)):
            raise ValueError(problem)
        return self

    def wish(self, platform_zone: str) -> Series:
        """Return the body as a series; its id is the engine's to give."""
        return Series(
            id="",
            start=self.start,
            duration_seconds=self.duration_seconds,
            time_zone=self.time_zone or platform_zone,
            rule=self.rrule,
            excluded=tuple(self.excluded),
            services=tuple(self.services),
            components=tuple(self.components),
            expected=ExpectedPattern() if self.expected is None else self.expected.value(),
            title=dict(self.title),
            note=self.note,
            owner=self.owner,
            needs_approval=self.approval,
            lead_seconds=self.lead_seconds,
            created_by=self.by,
        )


class ExtendBody(SignedBody):
    """A new end for a window."""

    end: Instant


class RescheduleBody(SignedBody):
    """Another start and end for a window that has not begun."""

    start: Instant
    end: Instant

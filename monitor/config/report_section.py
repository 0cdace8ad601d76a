"""`report_deadlines`: when which authority must have been told; none unless configured."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.config.durations import PositiveSeconds, Seconds
from monitor.config.place import Place
from monitor.config.problem import Problem
from monitor.config.reader import Reader
from monitor.config.section import Name, Section
from monitor.config.validation import validate
from monitor.model.incident import Severity
from monitor.model.reporting import ReportClock, ReportDeadline

# The engine forgets what ended a day later than that.
LONGEST_SECONDS = 30 * 86_400.0


def _after(seconds: float) -> float:
    if seconds > LONGEST_SECONDS:
        raise ValueError('expected at most "30d"')
    return seconds


class ReportDeadlineSection(Section):
    """A report that is due `after` so long from detection or from classification."""

    rule: Name
    after: Annotated[PositiveSeconds, AfterValidator(_after)]
    clock: Literal["detection", "classification"] = Field(default="detection", alias="from")
    severity: Literal["minor", "major", "critical"] | None = None
    level: str = ""
    remind_before: Seconds = 0.0
    note: str = ""

    def value(self) -> ReportDeadline:
        return ReportDeadline(
            rule=self.rule,
            after_seconds=self.after,
            clock=ReportClock(self.clock),
            severity=Severity(self.severity) if self.severity else None,
            level=self.level,
            remind_seconds=self.remind_before,
            note=self.note,
        )


def read_deadlines(place: Place | None, reader: Reader) -> tuple[ReportDeadlineSection, ...]:
    """Return the valid deadlines of the list at *place*."""
    if place is None or place.is_empty:
        return ()
    items = reader.read(place)
    if not isinstance(items, list):
        reader.problems.append(place.problem("expected a list of deadlines"))
        return ()
    found = []
    for at, item in zip(place.children(), items, strict=True):
        if not isinstance(item, dict):
            reader.problems.append(at.problem("expected a mapping"))
        elif (section := validate(ReportDeadlineSection, item, at, reader)) is not None:
            found.append(section)
    reader.problems += _repeated(place, items)
    return tuple(found)


def _repeated(place: Place, items: list[object]) -> Iterator[Problem]:
    """Yield the rules that stand there twice: a person reports by that name."""
    rules = [each.get("rule") if isinstance(each, dict) else None for each in items]
    for index, rule in enumerate(rules):
        if isinstance(rule, str) and rule in rules[:index]:
            yield place.at([index, "rule"]).problem("expected every rule once")

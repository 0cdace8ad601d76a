"""`services`: the functions that users see, and what each of them needs."""

from pydantic import Field

from monitor.config.dependencies import Entry, dependencies
from monitor.config.durations import PositiveSeconds
from monitor.config.section import LocalizedTexts, Name, Section
from monitor.model.platform import BusinessMetric, Service


class BusinessSection(Section):
    """A rate that says how much the service is used: a promql check, and per what it counts."""

    check: Name
    name: LocalizedTexts = Field(default={})
    per: PositiveSeconds = 60.0

    def value(self) -> BusinessMetric:
        return BusinessMetric(check=self.check, names=self.name, per_seconds=self.per)


class ServiceSection(Section):
    """One user-facing function; `advice` is the operator's own sentence to its users."""

    name: LocalizedTexts
    description: LocalizedTexts = Field(default={})
    critical: bool = False
    depends_on: tuple[Entry, ...] = ()
    alternatives: tuple[Name, ...] = ()
    advice: LocalizedTexts = Field(default={})
    response_time: tuple[Name, ...] | None = None
    business: tuple[BusinessSection, ...] = ()

    def value(self, name: str) -> Service:
        return Service(
            name=name,
            names=self.name,
            descriptions=self.description,
            critical=self.critical,
            depends_on=dependencies(self.depends_on),
            alternatives=self.alternatives,
            advice=self.advice,
            response_time=self.response_time,
            business=tuple(each.value() for each in self.business),
        )

"""What the operations API accepts: strict bodies, bounded in every direction."""

from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.web.ops.backend import ChangeWish, HeartbeatReport, WindowWish

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Person = Annotated[str, Field(max_length=100)]


def _written_out(value: object) -> object:
    """Refuse numbers, also in quotes: "2026" would be read as seconds of the year 1970."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("expected a time such as 2026-01-10T00:30:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class Body(BaseModel):
    """The base of all bodies: no unknown key is taken in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignedBody(Body):
    """A command; *by* is who gave it."""

    by: Person = ""


class AcknowledgeBody(Body):
    """A person takes an incident on."""

    by: Annotated[Person, Field(min_length=1)]


class ExpectedBody(Body):
    """The trouble that is announced; the figures are for `blips`."""

    kind: PatternKind = PatternKind.FULL
    count: Annotated[int, Field(ge=0, le=1000)] = 0
    max_seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0.0


class WindowBody(SignedBody):
    """A planned maintenance of services, components or both."""

    services: Names = Field(default_factory=list)
    components: Names = Field(default_factory=list)
    start: Instant
    end: Instant
    title: dict[Name, Text] = Field(default_factory=dict)
    expected: ExpectedBody | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.services and not self.components:
            raise ValueError("name at least one service or component")
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
            expected=_pattern(self.expected),
            note=self.note,
            by=self.by,
        )


class ExtendBody(SignedBody):
    """A new end for a window."""

    end: Instant


class ChangeBody(Body):
    """A deploy or a configuration change that has happened."""

    component: Name
    version: Name
    kind: Literal["deploy", "config"] = "deploy"
    at: Instant | None = None
    author: Person = ""
    note: Text = ""

    def wish(self) -> ChangeWish:
        """Return the body as the backend takes it."""
        return ChangeWish(
            component=self.component,
            version=self.version,
            kind=self.kind,
            at=self.at,
            author=self.author,
            note=self.note,
        )


class HeartbeatBody(Body):
    """What a job says of its run; without a body it went well."""

    ok: bool = True
    duration_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    detail: Text = ""

    def beat(self) -> HeartbeatReport:
        """Return the body as the backend takes it."""
        return HeartbeatReport(
            ok=self.ok, duration_seconds=self.duration_seconds, detail=self.detail
        )


def _pattern(body: ExpectedBody | None) -> ExpectedPattern | None:
    if body is None:
        return None
    return ExpectedPattern(kind=body.kind, count=body.count, max_seconds=body.max_seconds)

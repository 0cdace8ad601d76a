"""What the operations API accepts: strict bodies, bounded in every direction."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from monitor.model.writing import harmful_sign
from monitor.web.ops.backend import ChangeWish, HeartbeatReport

YEARS = range(2000, 2101)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(max_length=200)]


def readable(text: str) -> str:
    """Refuse text with signs that no reader sees; ValueError names the first."""
    if sign := harmful_sign(text):
        raise ValueError(f"the text contains {sign}, a control character that readers do not see")
    return text


Text = Annotated[str, Field(max_length=2000), AfterValidator(readable)]
Person = Annotated[str, Field(max_length=100)]


def _written_out(value: object) -> object:
    """Refuse numbers, also in quotes: "2026" would be read as seconds of the year 1970."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("expected a time such as 2026-01-10T00:30:00Z")
    return value


def _in_utc(at: datetime) -> datetime:
    """Return *at* in UTC: ids are made of times as they are written, and calendars hold them.

    A time at the end of all times has no name in another zone, and no page could show it.
    """
    if at.year not in YEARS:
        raise ValueError(f"expected a year from {YEARS.start} to {YEARS.stop - 1}")
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]


class Body(BaseModel):
    """The base of all bodies: no unknown key is taken in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageBody(Body):
    """Part of a list: what stands behind the id *after*."""

    after: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=10_000)] = 200


class SubscriberBody(Body):
    """A subscriber, by address or id."""

    who: Annotated[str, Field(min_length=1, max_length=254)]


class SignedBody(Body):
    """A command; *by* is who gave it."""

    by: Person = ""


class AcknowledgeBody(Body):
    """A person takes an incident on."""

    by: Annotated[Person, Field(min_length=1)]


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

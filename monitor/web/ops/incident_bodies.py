"""What people may say of incidents and checks: strict bodies, bounded in every direction."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from monitor.model.cause import Cause
from monitor.model.incident import Severity
from monitor.model.incident_wish import IncidentWish
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.status import Status
from monitor.web.ops.backend import Decision
from monitor.web.ops.bodies import Body, Instant, Name, Names, Person, Text, readable

LONGEST_MUTE_SECONDS = 31 * 86_400

Author = Annotated[Person, Field(min_length=1)]
Reason = Annotated[Text, Field(min_length=1)]
Label = Annotated[str, Field(max_length=100)]
ShortText = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(readable)]
Title = Annotated[dict[str, ShortText], Field(max_length=20)]
LongText = Annotated[str, Field(max_length=20_000), AfterValidator(readable)]
LongTexts = Annotated[dict[str, Annotated[LongText, Field(min_length=1)]], Field(max_length=20)]


def _of_incidents(cause: Cause) -> Cause:
    if cause is Cause.MONITOR_FAULT:
        raise ValueError("a fault of the monitor is no incident")
    return cause


IncidentCause = Annotated[Cause, AfterValidator(_of_incidents)]


class FactsBody(Body):
    """What a rule asks for, for users to read."""

    rule: Annotated[Title, Field(min_length=1)]
    change: Annotated[Title, Field(min_length=1)]
    effective_from: Instant | None = None
    existing: Title = Field(default={})
    action: Title = Field(default={})
    act_before: Instant | None = None
    scope: Title = Field(default={})

    def facts(self) -> RegulatoryFacts:
        """Return the facts as the model has them."""
        return RegulatoryFacts(
            rule=self.rule,
            change=self.change,
            effective_from=self.effective_from,
            existing=self.existing,
            action=self.action,
            act_before=self.act_before,
            scope=self.scope,
        )


class IncidentBody(Body):
    """An incident that a person declares."""

    cause: IncidentCause
    subcause: Label = ""
    services: Names = Field(default=[])
    components: Names = Field(default=[])
    severity: Severity = Severity.MINOR
    impact: Literal["operational", "degraded", "partial_outage", "major_outage"] | None = None
    title: Title = Field(default={})
    at: Instant | None = None
    regulatory: FactsBody | None = None
    by: Author

    def wish(self) -> IncidentWish:
        """Return the body as the backend takes it."""
        return IncidentWish(
            cause=self.cause,
            subcause=self.subcause,
            services=tuple(self.services),
            components=tuple(self.components),
            severity=self.severity,
            impact=Status(self.impact) if self.impact else None,
            title=self.title,
            at=self.at,
            regulatory=self.regulatory.facts() if self.regulatory else None,
            by=self.by,
        )


class ResolveBody(Body):
    """A declared incident is over."""

    by: Author
    reason: Text = ""


class NoteBody(Body):
    """A remark for operations only."""

    text: Reason
    by: Author


class OverrideBody(Body):
    """A person's decision; one that names nothing gives the verdict back to the machine."""

    cause: IncidentCause | None = None
    subcause: Label = ""
    severity: Severity | None = None
    level: Label = ""
    reason: Reason
    by: Author

    @model_validator(mode="after")
    def _subcause_has_a_cause(self) -> Self:
        if self.subcause and self.cause is None:
            raise ValueError("a subcause needs its cause")
        return self

    def decision(self) -> Decision:
        """Return the body as the backend takes it."""
        return Decision(
            by=self.by,
            reason=self.reason,
            cause=self.cause,
            subcause=self.subcause,
            severity=self.severity,
            level=self.level,
        )


class PostmortemBody(Body):
    """The account of an incident; an empty part keeps what was written before."""

    public: LongTexts = Field(default={})
    internal: LongText = ""
    by: Author


class ReportBody(Body):
    """A person reported the incident as a rule asks."""

    rule: Name
    note: Text = ""
    by: Author


class MuteBody(Body):
    """A check says nothing of value for so many seconds."""

    reason: Reason
    seconds: Annotated[float, Field(gt=0, le=LONGEST_MUTE_SECONDS, allow_inf_nan=False)]
    by: Author


class UnmuteBody(Body):
    """A check is heard again."""

    by: Author

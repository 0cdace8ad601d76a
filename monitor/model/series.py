"""Series: maintenance that recurs, planned by wall time in a zone of its own."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.maintenance import ExpectedPattern
from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Windows of one plan: the first begins at *start*, the others follow from *rule*.

    *start* is wall time in *time_zone* as ISO text without offset; *rule* is a recurrence rule of
    RFC 5545, empty for a single window. *duration_seconds* is time that really passes, whatever
    the clocks do meanwhile. *excluded* are local days, as ISO text, on which none begins.
    """

    id: str
    start: str
    duration_seconds: float
    time_zone: str
    rule: str = ""
    excluded: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    expected: ExpectedPattern = field(default_factory=ExpectedPattern)
    title: LocalizedText = field(default_factory=dict)
    note: str = ""
    owner: str = ""
    needs_approval: bool = False
    lead_seconds: float | None = None
    created_by: str = ""
    created_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def first(self) -> datetime:
        """The wall time of the first window, without a zone."""
        return datetime.fromisoformat(self.start)

    @property
    def origin(self) -> str:
        """How windows name the series they come from."""
        return f"series/{self.id}"

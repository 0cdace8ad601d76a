"""An incident as a person declares it."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.cause import Cause
from monitor.model.incident import Severity
from monitor.model.platform import LocalizedText
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentWish:
    """What to open; *at* None means now.

    *impact* is what to show of the services; None follows from the severity.
    """

    cause: Cause
    subcause: str = ""
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    severity: Severity = Severity.MINOR
    impact: Status | None = None
    title: LocalizedText = field(default_factory=dict)
    regulatory: RegulatoryFacts | None = None
    at: datetime | None = None
    by: str

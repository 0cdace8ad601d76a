"""What an incident cost in business: the metrics of services, and what was missing of them."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessLoss:
    """How much of a service's business metric an incident cost; for operations only.

    *actual* and *expected* count what happened from *since* to *until*, None where that is not
    known; *weeks* says from how many earlier weeks the expectation is, *is_final* that it will not
    be reckoned again. *names* is what operators call it.
    """

    service: str
    metric: str
    names: LocalizedText = field(default_factory=dict)
    since: datetime
    until: datetime
    actual: float | None
    expected: float | None
    weeks: int
    at: datetime
    is_final: bool = False

    @property
    def lost(self) -> float | None:
        """Expected minus actual; below zero where more happened than usual."""
        if self.actual is None or self.expected is None:
            return None
        return self.expected - self.actual

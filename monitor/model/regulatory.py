"""What an authority requires, as a person entered it for users to read."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulatoryFacts:
    """A change that a regulator requires; every text is public.

    *rule* names the document, *change* says what changes, *existing* what holds for loans and
    bills there are, *action* what users can do and *act_before* until when; *scope* says whom it
    concerns.
    """

    rule: LocalizedText = field(default_factory=dict)
    change: LocalizedText = field(default_factory=dict)
    effective_from: datetime | None = None
    existing: LocalizedText = field(default_factory=dict)
    action: LocalizedText = field(default_factory=dict)
    act_before: datetime | None = None
    scope: LocalizedText = field(default_factory=dict)

"""What people add to an incident: notes, and the account of it once it is over."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.platform import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark for operations only, kept in order."""

    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """The account of an incident: *public* may be published, *internal* never is."""

    public: LocalizedText = field(default_factory=dict)
    internal: str = ""
    author: str
    at: datetime

"""What people add to an incident: notes, its account, and what was reported of it to whom."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A person reported the incident to an authority, as *rule* asks."""

    rule: str
    author: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """People were reminded of the deadline of *rule*; *overdue* says that it had passed."""

    rule: str
    at: datetime
    overdue: bool = False

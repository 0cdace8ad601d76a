"""Changes: deploys and configuration changes that operators report as facts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a component at a moment; *kind* is `deploy` or `config`."""

    id: str
    component: str
    kind: str
    version: str
    at: datetime
    author: str = ""
    note: str = ""

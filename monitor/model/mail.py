"""Mail to users: how it is sent, who asked for it, and how far a notice has got."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected; `none` only suits the same machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """The mail server and how it may be used.

    *rate_per_second* and *connections* bound a fan-out; after *bounces* refusals in a row an
    address gets nothing more; a notice is worth nothing after *give_up_after_seconds*.
    """

    host: str
    port: int
    sender: str
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    reply_to: str = ""
    ca_file: Path | None = None
    timeout_seconds: float = 30.0
    rate_per_second: float = 10.0
    connections: int = 2
    bounces: int = 3
    confirm_within_seconds: float = 86_400.0
    give_up_after_seconds: float = 21_600.0
    requests_per_minute: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """An address that was confirmed; no *services* means all of them.

    *bounces* counts refusals in a row, *suppressed_at* says that there were too many.
    """

    id: str
    address: str = field(repr=False)
    locale: str
    services: tuple[str, ...]
    confirmed_at: datetime
    bounces: int = 0
    suppressed_at: datetime | None = None

    def wants(self, services: tuple[str, ...]) -> bool:
        """Return whether a notice about *services* (none: the platform) is for this reader."""
        chosen = set(self.services)
        return not chosen or not services or not chosen.isdisjoint(services)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A wish to subscribe that waits for its owner; *due_at* None once its mail has left."""

    id: str
    address: str = field(repr=False)
    locale: str
    services: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    due_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """How far the fan-out of one event has got: all subscribers up to *position* are done.

    Those whose mail has to be tried again are deferred, each on a row of its own.
    """

    event: str
    started_at: datetime
    position: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailProgress:
    """What one step of a fan-out came to, by ids of subscribers."""

    mailing: Mailing
    sent: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()
    bounced: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

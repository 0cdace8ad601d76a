"""What an http check keeps from one run to the next: its token, and when the certificate ends."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.probes.worker import Worker


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; *until* is in seconds of the monotonic clock."""

    value: str
    until: float


@dataclass(frozen=True, slots=True)
class CertificateEnd:
    """When the server's certificates end, as seen at a moment of the monotonic clock."""

    ends_at: datetime
    seen_at: float


@dataclass(slots=True)
class HttpMemory:
    """The memory of one check; *worker* compares large documents beside the loop."""

    token: Token | None = None
    certificate: CertificateEnd | None = None
    worker: Worker = field(default_factory=Worker)

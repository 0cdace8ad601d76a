"""What every channel is built with: the clock, links, names and the trusted authorities."""

import ssl
from dataclasses import dataclass, field

from monitor.clock import Clock
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """Shared by all channels; *tls* is one context, because loading authorities takes 20 ms."""

    clock: Clock
    links: Links
    tls: ssl.SSLContext
    names: Names = field(default_factory=Names)

    @classmethod
    def create(cls, clock: Clock, links: Links, names: Names | None = None) -> "ChannelContext":
        tls = ssl.create_default_context()
        return cls(clock=clock, links=links, tls=tls, names=names or Names())

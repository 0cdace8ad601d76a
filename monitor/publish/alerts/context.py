"""What every channel is built with: the clock, the links and the trusted authorities."""

import ssl
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.publish.alerts.links import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContext:
    """Shared by all channels; *tls* is one context, because loading authorities takes 20 ms."""

    clock: Clock
    links: Links
    tls: ssl.SSLContext

    @classmethod
    def create(cls, clock: Clock, links: Links) -> "ChannelContext":
        return cls(clock=clock, links=links, tls=ssl.create_default_context())

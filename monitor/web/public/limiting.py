"""Bounds how often forms are sent: by each visitor, and by all of them together."""

from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from monitor.web.public.limit import TokenBuckets

FORMS_AT_ONCE = 10
FORMS_PER_SECOND = 1 / 60
ALL = "all"


class FormLimit:
    """Ten forms of one visitor at once and one a minute then; times are on the monotonic clock."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._visitors = TokenBuckets(per_second=FORMS_PER_SECOND, burst=FORMS_AT_ONCE)
        self._all = TokenBuckets(per_second=per_minute / 60, burst=per_minute, most=1)

    def take(self, visitor: str, now: float) -> float:
        """Count a form of *visitor* and return 0, or the seconds until another is taken."""
        if not self._visitors.take(visitor, now):
            return self._visitors.wait_seconds(visitor)
        return 0.0 if self._all.take(ALL, now) else self._all.wait_seconds(ALL)


def visitor_of(request: Request) -> str:
    """Return who asks, by address."""
    return visitor_at(request.client.host if request.client else "")


def visitor_at(host: str) -> str:
    """Return who *host* is: an IPv6 visitor owns all addresses of a /64."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return address.exploded[:19]
    return host

"""Names to addresses on the event loop (c-ares): no threads that a hanging name could hold."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import aiodns
import pycares.errno as ares

from monitor.model.observation import FailureKind
from monitor.probes.fields import IpVersion

# The answer's code as DNS tools print it, and what it means; everything else is a server's fault.
_NOT_FOUND = {
    ares.ARES_ENOTFOUND: "NXDOMAIN",
    ares.ARES_ENODATA: "NODATA",
    ares.ARES_EBADNAME: "BADNAME",
    ares.ARES_ENONAME: "NXDOMAIN",
}
_SERVER_FAILURES = {
    ares.ARES_ESERVFAIL: "SERVFAIL",
    ares.ARES_EREFUSED: "REFUSED",
    ares.ARES_EFORMERR: "FORMERR",
    ares.ARES_ENOTIMP: "NOTIMP",
    ares.ARES_EBADRESP: "BADRESP",
    ares.ARES_ECONNREFUSED: "UNREACHABLE",
}
_LOCAL = frozenset({ares.ARES_ENOMEM, ares.ARES_EFILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One address of a name, or the kind of failure; *rcode* is empty where nobody was asked."""

    address: str = ""
    rcode: str = ""
    ttl: int | None = None
    failure: FailureKind | None = None

    @property
    def detail(self) -> str:
        """What to show beside the rcode."""
        return f"{self.address} ttl {self.ttl}" if self.address else ""


class Resolver:
    """Resolves names by /etc/hosts and DNS; answers are kept for their TTL, as everywhere.

    *nameservers* (`address` or `address:port`) replace those of the system.
    """

    def __init__(
        self,
        nameservers: Sequence[str] | None = None,
        *,
        try_seconds: float | None = None,
        tries: int | None = None,
    ) -> None:
        self._nameservers = nameservers
        self._try_seconds = try_seconds
        self._tries = tries
        self._dns: aiodns.DNSResolver | None = None

    @property
    def servers(self) -> tuple[str, ...]:
        """The name servers that are asked."""
        return tuple(self._nameservers or self._channel().nameservers)

    async def resolve(self, host: str, ip_version: IpVersion = "any") -> Resolution:
        """Return one address: the first one, IPv4 before IPv6 where both may serve."""
        known = known_address(host, ip_version)
        if known:
            return Resolution(address=known)
        if ip_version == 6:
            return await self._look_up(host, socket.AF_INET6)
        answer = await self._look_up(host, socket.AF_INET)
        if ip_version == "any" and answer.rcode == "NODATA":
            return await self._look_up(host, socket.AF_INET6)
        return answer

    async def close(self) -> None:
        """Give up what is still being asked, and the sockets."""
        if self._dns is not None:
            await self._dns.close()
            self._dns = None

    async def _look_up(self, host: str, family: socket.AddressFamily) -> Resolution:
        try:
            answer = await self._channel().getaddrinfo(host, family=family)
        except aiodns.error.DNSError as error:
            return failure_of(error.args[0])
        node = answer.nodes[0]
        return Resolution(address=node.addr[0].decode(), rcode="NOERROR", ttl=node.ttl)

    def _channel(self) -> aiodns.DNSResolver:
        # Made at the first name: the resolver belongs to the running loop.
        if self._dns is None:
            self._dns = aiodns.DNSResolver(
                self._nameservers,
                loop=asyncio.get_running_loop(),
                timeout=self._try_seconds,
                tries=self._tries,
            )
        return self._dns


# Asked at every probe, mostly for the same hosts; parsing an address costs 10 us.
@lru_cache(maxsize=8192)
def known_address(host: str, ip_version: IpVersion) -> str:
    """Return the address of a literal or of localhost, for which nobody need be asked."""
    if host == "localhost" or host.endswith(".localhost"):
        return "::1" if ip_version == 6 else "127.0.0.1"
    # No host name ends in a digit, and most names need not be parsed as an address.
    if ":" not in host and not host[-1:].isdigit():
        return ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def failure_of(code: int) -> Resolution:
    if code in _NOT_FOUND:
        return Resolution(rcode=_NOT_FOUND[code], failure=FailureKind.NAME_NOT_FOUND)
    if code == ares.ARES_ETIMEOUT:
        return Resolution(rcode="TIMEOUT", failure=FailureKind.NAME_TIMEOUT)
    if code in _LOCAL:
        return Resolution(rcode="LOCAL", failure=FailureKind.LOCAL_RESOURCE)
    rcode = _SERVER_FAILURES.get(code, ares.errorcode.get(code, str(code)))
    return Resolution(rcode=rcode, failure=FailureKind.NAME_SERVER_FAILURE)


def check_version(host: str, ip_version: IpVersion) -> None:
    """Raise ValueError where *host* is an address of the other family."""
    address = known_address(host, ip_version)
    if address and ip_version != "any" and (":" in address) is not (ip_version == 6):
        raise ValueError(f"expected an IPv{ip_version} address or a name; not {host}")

"""The spec of a dns check: what is asked, whom, and which answers are right."""

import ipaddress
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from monitor.probes.dns_message import RecordType, encode_name
from monitor.probes.fields import Seconds, Spec

_SERVER = re.compile(r"\[([0-9a-fA-F:.]+)\](?::(\d+))?|([^\s:\[\]/]+)(?::(\d+))?")


def split_server(text: str) -> tuple[str, int | None]:
    """Return host and port of `host`, `host:port`, an IPv6 address or `[address]:port`."""
    try:
        return str(ipaddress.IPv6Address(text)), None
    except ValueError:
        match = _SERVER.fullmatch(text)
    port = match and (match[2] or match[4])
    if match is None or (port and not 0 < int(port) < 65536):
        raise ValueError(f"expected an address or address:port; not {text!r}")
    return match[1] or match[3], int(port) if port else None


def _server(text: str) -> str:
    split_server(text)
    return text


def _address(text: str) -> str:
    host, _ = split_server(text)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(f"expected an address or address:port; not {text!r}") from None
    return text


def _name(text: str) -> str:
    encode_name(text)
    return text


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ipaddress.ip_network(value)
    except ValueError as error:
        raise ValueError(f"expected a prefix such as 192.0.2.0/24: {error}") from error


DnsName = Annotated[str, Field(min_length=1), AfterValidator(_name)]
Network = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(_network)]


class DnsSpec(Spec):
    """What a dns check asks, and what it expects of every server that it asks."""

    name: DnsName
    record: RecordType = "A"
    servers: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    authoritative: tuple[Annotated[str, AfterValidator(_server)], ...] = ()
    zone: DnsName | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 53
    tries: Annotated[int, Field(ge=1, le=10)] = 2
    expect_rcode: Literal["NOERROR", "NXDOMAIN", "NODATA", "SERVFAIL", "REFUSED"] = "NOERROR"
    expect_answers: tuple[str, ...] = ()
    expect_prefixes: tuple[Network, ...] = ()
    require_agreement: bool = True
    degraded_after: Seconds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "DnsSpec":
        if self.expect_prefixes and self.record not in ("A", "AAAA"):
            raise ValueError("expect_prefixes needs record A or AAAA")
        if self.expect_rcode != "NOERROR" and (self.expect_answers or self.expect_prefixes):
            raise ValueError(f"no answers can be expected with {self.expect_rcode}")
        return self

    @cached_property
    def expected(self) -> frozenset[str]:
        """The answers that are expected, in the form that answers are compared in."""
        return frozenset(self.comparable(each) for each in self.expect_answers)

    def comparable(self, record: str) -> str:
        """Return a record as it is compared: names without case and without their last dot."""
        if self.record == "TXT":
            return record
        if self.record == "AAAA" and ":" in record:
            return str(ipaddress.ip_address(record))
        return " ".join(each.rstrip(".") or each for each in record.lower().split())

"""The probe types that exist: one literal table of name, spec and function."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from monitor.model.observation import Observation
from monitor.probes.context import ProbeContext
from monitor.probes.dns import probe_dns
from monitor.probes.dns_spec import DnsSpec
from monitor.probes.fields import Spec
from monitor.probes.http import probe_http
from monitor.probes.http_spec import HttpSpec
from monitor.probes.sql import probe_sql
from monitor.probes.sql_spec import SqlSpec
from monitor.probes.tcp import TcpSpec, probe_tcp
from monitor.probes.tls import TlsSpec, probe_tls


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeType:
    """A probe type: the model of its options, and the function that runs it once."""

    spec: type[Spec]
    run: Callable[[Any, ProbeContext], Awaitable[Observation]]


SPECS: dict[str, ProbeType] = {
    "http": ProbeType(spec=HttpSpec, run=probe_http),
    "tcp": ProbeType(spec=TcpSpec, run=probe_tcp),
    "sql": ProbeType(spec=SqlSpec, run=probe_sql),
    "tls": ProbeType(spec=TlsSpec, run=probe_tls),
    "dns": ProbeType(spec=DnsSpec, run=probe_dns),
}

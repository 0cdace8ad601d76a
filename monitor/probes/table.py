"""The probe types that exist: one literal table of name, spec and function."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from monitor.model.observation import Observation
from monitor.probes.context import ProbeContext
from monitor.probes.dns import probe_dns
from monitor.probes.dns_spec import DnsSpec
from monitor.probes.exec import ExecSpec, probe_exec
from monitor.probes.fields import Spec
from monitor.probes.heartbeat import probe_heartbeat
from monitor.probes.heartbeats import HeartbeatSpec
from monitor.probes.host import probe_host
from monitor.probes.host_spec import HostSpec
from monitor.probes.http import probe_http
from monitor.probes.http_spec import HttpSpec
from monitor.probes.icmp import IcmpSpec, probe_icmp
from monitor.probes.ics import IcsSpec, probe_ics
from monitor.probes.journey import probe_journey
from monitor.probes.journey_spec import JourneySpec
from monitor.probes.logs import probe_logs
from monitor.probes.logs_spec import LogsSpec
from monitor.probes.promql import PromqlSpec, probe_promql
from monitor.probes.redis import probe_redis
from monitor.probes.redis_spec import RedisSpec
from monitor.probes.sql import probe_sql
from monitor.probes.sql_spec import SqlSpec
from monitor.probes.status_page import probe_status_page
from monitor.probes.status_page_spec import StatusPageSpec
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
    "redis": ProbeType(spec=RedisSpec, run=probe_redis),
    "heartbeat": ProbeType(spec=HeartbeatSpec, run=probe_heartbeat),
    "exec": ProbeType(spec=ExecSpec, run=probe_exec),
    "icmp": ProbeType(spec=IcmpSpec, run=probe_icmp),
    "host": ProbeType(spec=HostSpec, run=probe_host),
    "promql": ProbeType(spec=PromqlSpec, run=probe_promql),
    "logs": ProbeType(spec=LogsSpec, run=probe_logs),
    "status_page": ProbeType(spec=StatusPageSpec, run=probe_status_page),
    "ics": ProbeType(spec=IcsSpec, run=probe_ics),
    "journey": ProbeType(spec=JourneySpec, run=probe_journey),
}

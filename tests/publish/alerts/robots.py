"""Events as they really are, and servers on loopback that judge messages as the vendors do."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from monitor.model.cause import Cause, Diagnosis
from monitor.model.events import Event, EventType, Json
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import (
    Incident,
    IncidentStatus,
    Member,
    Onset,
    ServiceImpact,
    Severity,
)
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.payloads import (
    fault_payload,
    incident_payload,
    mute_payload,
    report_payload,
    window_payload,
)
from monitor.model.reporting import ReportDeadline, ReportDue
from monitor.model.status import Mute, Status
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.names import Names
from tests.publish.alerts.loopback import Request, answer, read_request

START = datetime(2026, 1, 10, 4, 6, 48, tzinfo=UTC)
LINKS = Links(
    operations_url="http://ops.test",
    public_url="https://status.test",
    runbooks_url="https://wiki.test/runbooks",
)
NAMES = Names(
    services={
        "checkout": {"zh-CN": "收银台", "en": "Checkout"},
        "repayment": {"zh-CN": "还款", "en": "Repayment"},
    }
)
_INCIDENT = Incident(
    id="inc_k3jq7zt5m2lxyw4a",
    status=IncidentStatus.OPEN,
    severity=Severity.CRITICAL,
    root="ledger",
    members=tuple(
        Member(
            component=each, onset=Onset(last_ok_at=None, first_failure_at=START), joined_at=START
        )
        for each in ("ledger", "gateway")
    ),
    impact=(
        ServiceImpact(service="checkout", worst=Status.MAJOR_OUTAGE, since=START),
        ServiceImpact(service="repayment", worst=Status.PARTIAL_OUTAGE, since=START),
    ),
    diagnosis=Diagnosis(
        cause=Cause.DATABASE_ANOMALY, subcause="down", confidence=0.85, component="ledger"
    ),
    started_at=START,
    confirmed_at=START + timedelta(seconds=4),
    updated_at=START + timedelta(seconds=4),
)
_WINDOW = Window(
    id="win_1",
    status=WindowStatus.OVERRUNNING,
    title={"zh-CN": "账务库升级", "en": "Ledger upgrade"},
    services=("checkout",),
    start=START,
    end=START + timedelta(hours=2),
    planned_end=START + timedelta(hours=2),
    created_at=START - timedelta(days=3),
)
_DUE = ReportDue(
    deadline=ReportDeadline(rule="brief", after_seconds=1800, remind_seconds=600), started_at=START
)
_MUTE = Mute(
    id="mut_1",
    reason="their test certificate",
    author="li",
    at=START,
    until=START + timedelta(hours=2),
)
_FAULT = MonitorFault(
    id="flt_1", kind=FaultKind.STORE_UNWRITABLE, started_at=START, detail="disk full"
)


def of(type_: EventType, data: dict[str, Json], subject: str = "") -> Event:
    return Event.of(type_, subject or str(data["id"]), 1, START, data)


def incident(type_: EventType = EventType.INCIDENT_OPENED, **changes: Any) -> Event:
    return of(type_, incident_payload(replace(_INCIDENT, **changes)))


OPENED = incident()
RESOLVED = incident(
    EventType.INCIDENT_RESOLVED,
    status=IncidentStatus.RESOLVED,
    recovered_at=START + timedelta(seconds=192),
    acknowledged_by="王小明",
)
NOTICE = of(
    EventType.NOTICE_PUBLISHED,
    {
        "id": "ntc_1",
        "kind": "disruption",
        "path": "/incidents/inc_k3jq7zt5m2lxyw4a",
        "texts": {
            "zh-CN": {"subject": "关于收银台服务异常的公告", "text": "第一段。\n\n第二段。"},
            "en": {"subject": "Disruption of Checkout", "text": "First.\n\nSecond."},
        },
    },
)
EVENTS = {
    "opened": OPENED,
    "unknown": incident(
        impact=(), severity=Severity.MINOR, diagnosis=Diagnosis.unknown("ledger"), unstable=True
    ),
    "taken": incident(EventType.INCIDENT_UPDATED, acknowledged_by="王小明"),
    "recovering": incident(
        EventType.INCIDENT_UPDATED,
        status=IncidentStatus.MONITORING,
        recovered_at=START + timedelta(seconds=192),
    ),
    "resolved": RESOLVED,
    "report": of(
        EventType.INCIDENT_REPORT_DUE,
        {
            **incident_payload(replace(_INCIDENT, acknowledged_by="王小明")),
            "change": "report_due",
            "deadline": report_payload(_DUE, START + timedelta(minutes=20)),
        },
    ),
    "noted": of(
        EventType.INCIDENT_NOTED,
        {**incident_payload(_INCIDENT), "change": "reported", "by": "li", "reason": "by phone"},
    ),
    "muted": of(
        EventType.CHECK_MUTED,
        {"check": "bank-a-http", "component": "bank-a", "by": "li", **mute_payload(_MUTE)},
    ),
    "overrunning": of(EventType.MAINTENANCE_OVERRUNNING, window_payload(_WINDOW)),
    "notice": NOTICE,
    "fault": of(EventType.MONITOR_FAULT, fault_payload(_FAULT)),
    "cleared": of(
        EventType.MONITOR_CLEARED,
        fault_payload(replace(_FAULT, cleared_at=START + timedelta(minutes=5))),
    ),
}


@dataclass
class Vendor:
    """A vendor's server: *judge* gives the status and the body of its answer to a request."""

    judge: Callable[["Vendor", Request], tuple[int, dict[str, Any]]]
    path: str
    secret: str = ""
    keyword: str = ""
    most: int = 1_000
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.requests]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = await read_request(reader)
            self.requests.append(request)
            status, body = self.judge(self, request)
            writer.write(answer(status, json.dumps(body).encode()))
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[Vendor]:
    """Serve *vendor* on a free port until the block ends."""
    server = await asyncio.start_server(vendor.handle, "127.0.0.1", 0)
    vendor.port = server.sockets[0].getsockname()[1]
    try:
        yield vendor
    finally:
        server.close()
        await server.wait_closed()


def dingtalk(secret: str = "", keyword: str = "", most: int = 1_000) -> Vendor:
    path = "/robot/send?access_token=d1ngt4lkt0ken"
    return Vendor(judge=_dingtalk, path=path, secret=secret, keyword=keyword, most=most)


def feishu(secret: str = "", keyword: str = "", most: int = 1_000) -> Vendor:
    path = "/open-apis/bot/v2/hook/f315hu-t0ken-0123456789"
    return Vendor(judge=_feishu, path=path, secret=secret, keyword=keyword, most=most)


def wecom(most: int = 1_000) -> Vendor:
    return Vendor(judge=_wecom, path="/cgi-bin/webhook/send?key=w3c0m-k3y-0123", most=most)


def _dingtalk(vendor: Vendor, request: Request) -> tuple[int, dict[str, Any]]:
    query = {key: each[0] for key, each in parse_qs(urlsplit(request.path).query).items()}
    if query.get("access_token") != "d1ngt4lkt0ken":
        return 200, {"errcode": 300001, "errmsg": "token is not exist"}
    if vendor.secret:
        stamp = query.get("timestamp", "0")
        wanted = _hmac(vendor.secret, f"{stamp}\n{vendor.secret}")
        fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
        if query.get("sign") != wanted or not fresh:
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
    body = json.loads(request.body)
    if vendor.keyword and vendor.keyword not in body["markdown"]["text"]:
        return 200, {"errcode": 310000, "errmsg": "keywords not in content"}
    if len(request.body) > 20_000:
        return 200, {"errcode": 460101, "errmsg": "message too long"}
    if len(vendor.requests) > vendor.most:
        return 200, {"errcode": 130101, "errmsg": "send too fast"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def _feishu(vendor: Vendor, request: Request) -> tuple[int, dict[str, Any]]:
    if not request.path.endswith("/f315hu-t0ken-0123456789"):
        return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
    body = json.loads(request.body)
    if vendor.secret:
        stamp = body.get("timestamp", "0")
        wanted = _hmac(f"{stamp}\n{vendor.secret}", "")
        if body.get("sign") != wanted or abs(time.time() - int(stamp)) > 3600:
            return 200, {
                "code": 19021,
                "msg": "sign match fail or timestamp is not within one hour",
            }
    if vendor.keyword and vendor.keyword not in json.dumps(body, ensure_ascii=False):
        return 200, {"code": 19024, "msg": "Key Words Not Found"}
    if len(request.body) > 20_000 or body["msg_type"] != "interactive":
        return 400, {"code": 9499, "msg": "Bad Request"}
    if len(vendor.requests) > vendor.most:
        return 429, {"code": 11232, "msg": "frequency limited"}
    return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}


def _wecom(vendor: Vendor, request: Request) -> tuple[int, dict[str, Any]]:
    if not request.path.endswith("?key=w3c0m-k3y-0123"):
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
    body = json.loads(request.body)
    if len(body["markdown"]["content"].encode()) > 4096:
        return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
    if len(vendor.requests) > vendor.most:
        return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def _hmac(key: str, message: str) -> str:
    """Compute what the vendor computes, apart from the channel's own code."""
    made = hmac.HMAC(key.encode("utf-8"), digestmod=hashlib.sha256)
    made.update(message.encode("utf-8"))
    return base64.encodebytes(made.digest()).decode().strip()

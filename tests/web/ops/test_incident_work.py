"""What people do to incidents and checks reaches the monitor whole, and is refused in words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from monitor.model.cause import Cause
from monitor.model.incident import Severity
from monitor.model.incident_wish import IncidentWish
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.status import Status
from monitor.web.ops.backend import Decision
from tests.web.ops import samples, work_samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import BEARER, client_of

INCIDENT = f"/api/v1/incidents/{samples.INCIDENT.id}"
RULE = {"zh-CN": "《示例通知》", "en": "Example Notice"}


async def post(client: httpx.AsyncClient, path: str, body: object) -> httpx.Response:
    return await client.post(path, json=body, headers=BEARER)


async def test_an_incident_is_declared_with_all_that_users_may_read(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    body = {
        "cause": "regulatory",
        "services": ["cash-loans"],
        "severity": "major",
        "impact": "degraded",
        "title": {"en": "Adjustment"},
        "at": "2025-03-01T12:00:00+08:00",
        "regulatory": {
            "rule": RULE,
            "change": RULE,
            "effective_from": "2025-03-10T00:00:00+08:00",
            "scope": RULE,
        },
        "by": "li",
    }

    response = await post(client, "/api/v1/incidents", body)

    assert response.status_code == 201
    assert response.json()["url"].endswith(work_samples.DECLARED.id)
    facts = RegulatoryFacts(
        rule=RULE, change=RULE, scope=RULE, effective_from=datetime(2025, 3, 9, 16, tzinfo=UTC)
    )
    wish = IncidentWish(
        cause=Cause.REGULATORY,
        services=("cash-loans",),
        severity=Severity.MAJOR,
        impact=Status.DEGRADED,
        title={"en": "Adjustment"},
        at=datetime(2025, 3, 1, 4, tzinfo=UTC),
        regulatory=facts,
        by="li",
    )
    assert backend.commands == [("open", wish)]


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("resolve", {"by": "li", "reason": "released"}, ("resolve", "li", "released")),
        ("notes", {"by": "li", "text": "asked"}, ("note", "li", "asked")),
        (
            "postmortem",
            {"by": "li", "public": RULE, "internal": "a cable"},
            ("postmortem", "li", RULE, "a cable"),
        ),
        (
            "reports",
            {"by": "li", "rule": "brief", "note": "by phone"},
            ("report", "li", "brief", "by phone"),
        ),
        (
            "override",
            {"by": "li", "reason": "seen", "cause": "network_attack", "level": "II"},
            ("override", Decision(by="li", reason="seen", cause=Cause.NETWORK_ATTACK, level="II")),
        ),
        ("override", {"by": "li", "reason": "no"}, ("override", Decision(by="li", reason="no"))),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_every_step_reaches_the_monitor(
    client: httpx.AsyncClient,
    backend: FakeBackend,
    path: str,
    body: dict[str, Any],
    command: tuple[object, ...],
) -> None:
    response = await post(client, f"{INCIDENT}/{path}", body)

    assert response.status_code == 200, response.text
    assert response.json()["id"] == samples.INCIDENT.id
    kind, *rest = command
    assert backend.commands == [(kind, samples.INCIDENT.id, *rest)]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/incidents", {"cause": "regulatory"}, "by: Field required"),
        ("/incidents", {"cause": "monitor_fault", "by": "li"}, "no incident"),
        ("/incidents", {"cause": "sabotage", "by": "li"}, "cause"),
        ("/incidents", {"cause": "regulatory", "by": "li", "colour": "red"}, "colour"),
        (
            "/incidents",
            {"cause": "regulatory", "by": "li", "services": ["nowhere"]},
            "unknown service 'nowhere'",
        ),
        (
            "/incidents",
            {"cause": "regulatory", "by": "li", "regulatory": {"rule": {"en": "A"}}},
            "regulatory.change",
        ),
        (
            "/incidents",
            {"cause": "regulatory", "by": "li", "title": {"en": "Up \u202eedarg"}},
            "U+202E",
        ),
        ("/incidents/inc_a/postmortem", {"by": "li", "public": {"en": "A\u0007B"}}, "U+0007"),
        ("/incidents/inc_a/notes", {"by": "li", "text": ""}, "text"),
        ("/incidents/inc_a/notes", {"by": "", "text": "asked"}, "by"),
        ("/incidents/inc_a/override", {"by": "li", "cause": "unknown"}, "reason"),
        (
            "/incidents/inc_a/override",
            {"by": "li", "reason": "x", "subcause": "flood"},
            "a subcause needs its cause",
        ),
        ("/checks/ledger-sql/mute", {"by": "li", "seconds": 60}, "reason"),
        ("/checks/ledger-sql/mute", {"by": "li", "reason": "x", "seconds": 0}, "seconds"),
        ("/checks/ledger-sql/mute", {"by": "li", "reason": "x", "seconds": 9e9}, "seconds"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client: httpx.AsyncClient, path: str, body: object, told: str
) -> None:
    response = await post(client, f"/api/v1{path}", body)

    assert response.status_code == 422
    assert told in response.json()["error"]["message"]


async def test_a_check_is_muted_and_heard_again(backend: FakeBackend) -> None:
    backend.present = work_samples.with_mute()
    async with client_of(backend) as client:
        body = {"by": "wang", "reason": "test certificate", "seconds": 7200}
        muted = await post(client, "/api/v1/checks/bank-a-http/mute", body)
        heard = await post(client, "/api/v1/checks/ledger-sql/unmute", {"by": "li"})
        lost = await post(client, "/api/v1/checks/nothing/mute", body)

    assert muted.json()["mute"]["until"] == "2025-03-01T06:10:00.000000Z"
    assert heard.json()["mute"] is None
    assert lost.status_code == 404
    assert backend.commands[:2] == [
        ("mute", "bank-a-http", "wang", "test certificate", 7200),
        ("unmute", "ledger-sql", "li"),
    ]


async def test_a_record_tells_the_reports_that_are_due(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.settings = replace(backend.settings, report_deadlines=work_samples.DEADLINES)

    shown = (await client.get(INCIDENT)).json()

    assert [(each["rule"], each["state"]) for each in shown["deadlines"]] == [
        ("written", "overdue"),
        ("brief", "soon"),
    ]
    assert shown["deadlines"][0]["seconds_left"] == -128.0
    assert shown["deadlines"][1]["note"] == "by phone"

"""Forms of the page need a session and its mark, do what the API does, and lose nothing."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

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
from tests.web.ops.conftest import BEARER, TOKEN, client_of
from tests.web.ops.forms import FORM, WORK, mark_of, send

ID = samples.INCIDENT.id
DOORS = [
    "/do/incidents",
    f"/do/incidents/{ID}/note",
    f"/do/incidents/{ID}/override",
    "/do/checks/ledger-sql/mute",
    "/do/checks/ledger-sql/unmute",
    "/do/sign-out",
]
TEXTS = {"zh-CN": "已恢复。", "en": "It is over."}


@pytest.fixture
async def signed_in(backend: FakeBackend) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which 李 signed in."""
    async with client_of(backend) as client:
        answer = await send(client, "/do/sign-in", {"person": "李", "token": TOKEN, "to": WORK})
        assert (answer.status_code, answer.headers["location"]) == (303, WORK)
        yield client


async def test_without_a_session_a_form_only_leads_to_the_door(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    forged = {"cookie": "operations=forged.signature"}
    for path, headers in product(DOORS, ({}, BEARER, forged)):
        answer = await send(client, path, {"text": "x"}, **headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert backend.commands == []


async def test_a_form_without_the_mark_of_the_session_does_nothing(
    signed_in: httpx.AsyncClient, backend: FakeBackend
) -> None:
    fields: dict[str, object] = {"text": "x", "reason": "x", "cause": "unknown", "seconds": "60"}
    marks: tuple[dict[str, object], ...] = ({}, {"mark": ""}, {"mark": "0" * 64}, {"mark": "знак"})
    for path, mark in product(DOORS, marks):
        answer = await send(signed_in, path, {**fields, **mark})
        assert answer.status_code == 401
        assert "not of your session" in answer.text
    assert backend.commands == []


async def test_a_session_opens_no_door_of_the_api(
    signed_in: httpx.AsyncClient, backend: FakeBackend
) -> None:
    answer = await signed_in.post(f"/api/v1/incidents/{ID}/ack", json={"by": "li"})

    assert answer.status_code == 401
    assert backend.commands == []


@pytest.mark.parametrize(
    ("step", "fields", "command"),
    [
        ("acknowledge", {}, ("acknowledge", ID, "李")),
        ("note", {"text": "asked\r\nthe bank"}, ("note", ID, "李", "asked\nthe bank")),
        ("resolve", {"reason": "released"}, ("resolve", ID, "李", "released")),
        (
            "override",
            {"cause": "network_attack", "severity": "", "level": "II", "reason": "seen"},
            (
                "override",
                ID,
                Decision(by="李", reason="seen", cause=Cause.NETWORK_ATTACK, level="II"),
            ),
        ),
        ("lift", {"reason": "wrong"}, ("override", ID, Decision(by="李", reason="wrong"))),
        ("report", {"rule": "brief", "note": "phone"}, ("report", ID, "李", "brief", "phone")),
        (
            "postmortem",
            {**{f"public:{key}": each for key, each in TEXTS.items()}, "internal": "a cable"},
            ("postmortem", ID, "李", TEXTS, "a cable"),
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_a_step_is_taken_in_the_name_of_who_signed_in(
    signed_in: httpx.AsyncClient,
    backend: FakeBackend,
    step: str,
    fields: dict[str, object],
    command: tuple[object, ...],
) -> None:
    mark = await mark_of(signed_in)
    answer = await send(signed_in, f"/do/incidents/{ID}/{step}", {**fields, "mark": mark})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{ID}")
    assert backend.commands == [command]


async def test_an_incident_is_opened_and_shown(
    signed_in: httpx.AsyncClient, backend: FakeBackend
) -> None:
    fields: dict[str, object] = {
        "mark": await mark_of(signed_in),
        "cause": "regulatory",
        "severity": "major",
        "impact": "degraded",
        "service": ["cash-loans", "repayment"],
        "title:zh-CN": "借呗业务调整",
        "title:en": "",
        "rule:en": "Notice",
        "change:en": "less",
        "effective_from": "2026-01-10T00:00",
    }

    answer = await send(signed_in, "/do/incidents", fields)

    assert answer.headers["location"] == f"/incidents/{work_samples.DECLARED.id}"
    wish = IncidentWish(
        cause=Cause.REGULATORY,
        services=("cash-loans", "repayment"),
        severity=Severity.MAJOR,
        impact=Status.DEGRADED,
        title={"zh-CN": "借呗业务调整"},
        regulatory=RegulatoryFacts(
            rule={"en": "Notice"},
            change={"en": "less"},
            effective_from=datetime(2026, 1, 9, 16, tzinfo=UTC),
        ),
        by="李",
    )
    assert backend.commands == [("open", wish)]


async def test_a_check_is_muted_and_heard_again(
    signed_in: httpx.AsyncClient, backend: FakeBackend
) -> None:
    mark = await mark_of(signed_in)
    steps: dict[str, dict[str, object]] = {
        "mute": {"reason": "a test", "seconds": "7200"},
        "unmute": {},
    }
    for step, fields in steps.items():
        path = f"/do/checks/ledger-sql/{step}"
        answer = await send(signed_in, path, {**fields, "mark": mark})
        assert (answer.status_code, answer.headers["location"]) == (303, "/checks/ledger-sql")

    assert backend.commands == [
        ("mute", "ledger-sql", "李", "a test", 7200.0),
        ("unmute", "ledger-sql", "李"),
    ]


@pytest.mark.parametrize(
    ("path", "fields", "status", "told"),
    [
        (f"/do/incidents/{ID}/note", {"text": " "}, 422, "text"),
        (f"/do/incidents/{ID}/override", {"reason": "x"}, 422, "name a cause"),
        (f"/do/incidents/{ID}/override", {"cause": "unknown"}, 422, "reason"),
        (f"/do/incidents/{ID}/dance", {}, 404, "no step"),
        ("/do/incidents/nothing/note", {"text": "x"}, 404, "no incident"),
        ("/do/incidents", {"service": "nowhere", "cause": "unknown"}, 422, "unknown service"),
        ("/do/incidents", {"cause": "regulatory", "act_before": "soon"}, 422, "expected a time"),
        ("/do/checks/nothing/mute", {"reason": "x", "seconds": "60"}, 404, "no check"),
        ("/do/checks/ledger-sql/mute", {"reason": "x", "seconds": "soon"}, 422, "seconds"),
        ("/do/checks/ledger-sql/dance", {}, 404, "no step"),
    ],
)
async def test_what_cannot_be_done_is_said_on_a_page(
    signed_in: httpx.AsyncClient, path: str, fields: dict[str, object], status: int, told: str
) -> None:
    answer = await send(signed_in, path, {**fields, "mark": await mark_of(signed_in)})

    assert answer.status_code == status
    assert "Nothing was done" in answer.text
    assert told in answer.text
    assert re.search(r'href="(/open|/incidents/[^"]+/act|/checks/[^"]+)"', answer.text)
    assert answer.headers["content-type"].startswith("text/html")


async def test_what_was_written_is_not_lost_where_it_is_refused(
    signed_in: httpx.AsyncClient,
) -> None:
    mark = await mark_of(signed_in)
    fields: dict[str, object] = {"mark": mark, "text": "asked <b>them</b>\r\ntwice", "empty": ""}
    answer = await send(signed_in, "/do/incidents/nothing/note", fields)

    assert "asked &lt;b&gt;them&lt;/b&gt;" in answer.text
    assert "<dt>empty</dt>" not in answer.text
    assert mark not in answer.text


async def test_a_form_that_is_no_form_is_refused(signed_in: httpx.AsyncClient) -> None:
    for content in (b"\xff\xfe", b"&".join(b"a=1" for _ in range(201)), b"text=%ff"):
        for path in (f"/do/incidents/{ID}/note", "/do/sign-in"):
            answer = await signed_in.post(path, content=content, headers=FORM)
            assert answer.status_code == 400


async def test_who_signs_out_is_out(signed_in: httpx.AsyncClient) -> None:
    assert "Signed in as" in (await signed_in.get(WORK)).text
    answer = await send(signed_in, "/do/sign-out", {"mark": await mark_of(signed_in)})

    assert answer.headers["location"] == "/"
    assert "Signed in as" not in (await signed_in.get(WORK)).text


@pytest.mark.parametrize("path", [WORK, "/open", "/checks/ledger-sql", "/sign-in"])
async def test_forms_stand_on_pages_that_do_not_reload_and_belong_to_no_frame(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert "http-equiv" not in answer.text
    assert "<script" not in answer.text
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_what_does_not_exist_has_no_forms(client: httpx.AsyncClient) -> None:
    for path in ("/incidents/nothing/act", "/checks/nothing"):
        assert (await client.get(path)).status_code == 404


async def test_the_forms_fit_the_incident(
    signed_in: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.settings = replace(backend.settings, report_deadlines=work_samples.DEADLINES)
    backend.all_incidents = [work_samples.WORKED_ON, work_samples.DECLARED]
    found = (await signed_in.get(WORK)).text
    declared = (await signed_in.get(f"/incidents/{work_samples.DECLARED.id}/act")).text

    assert "Give back" in found
    assert "Resolve" not in found
    assert "Resolve" in declared
    assert "Give back" not in declared
    assert "Two rules were missing." in found
    assert found.count('name="rule"') == 3

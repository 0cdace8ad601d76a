"""Notices on the operations page: drafts with their preview, and the forms to decide."""

import httpx

from tests.web.ops import notice_samples, samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import TOKEN
from tests.web.ops.forms import mark_of, send
from tests.web.ops.test_page import read

DRAFT = f"/notices/{notice_samples.DRAFT.id}"
TOLD = f"/notices/{notice_samples.NOTICE.id}"


async def sign_in(client: httpx.AsyncClient) -> None:
    answer = await send(client, "/do/sign-in", {"person": "li", "token": TOKEN, "to": DRAFT})
    assert (answer.status_code, answer.headers["location"]) == (303, DRAFT)


async def test_a_draft_is_announced_on_the_front_and_listed(client: httpx.AsyncClient) -> None:
    front = await read(client, "/")
    listed = await read(client, "/notices")

    assert "1 notice waits for a person Cause known · The cause expires in 20 m" in front.text
    assert "Waiting for a person" in listed.text
    assert "zh-CN 关于原因的公告 en The cause" in listed.text
    assert "Disruption 1 Published" in listed.text


async def test_a_draft_is_read_in_every_language_with_its_steps(client: httpx.AsyncClient) -> None:
    page = await read(client, DRAFT)

    for words in ("第一段。 第二段。", "The cause First. Second <b>.", "rule gates[0]"):
        assert words in page.text
    assert "b" not in page.tags
    assert "Cause confirmed" in page.text
    assert "en · Support For support Say this." in page.text
    assert "Sign in to act" in page.text
    assert "Approve and publish" not in page.text


async def test_who_is_signed_in_approves_and_rejects(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    await sign_in(client)
    mark = await mark_of(client)

    assert "Approve and publish" in (await read(client, DRAFT)).text
    approved = await send(client, f"/do{DRAFT}/approve", {"mark": mark, "reason": "read it"})
    rejected = await send(client, f"/do{DRAFT}/reject", {"mark": mark, "reason": "no"})
    unknown = await send(client, f"/do{DRAFT}/burn", {"mark": mark})

    assert (approved.status_code, approved.headers["location"]) == (303, DRAFT)
    assert rejected.status_code == 303
    assert unknown.status_code == 404
    assert backend.commands == [
        ("approve", notice_samples.DRAFT.id, "li", "read it"),
        ("reject", notice_samples.DRAFT.id, "li", "no"),
    ]


async def test_a_published_notice_is_set_right_or_taken_back(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    await sign_in(client)
    mark = await mark_of(client)
    texts = {"text:zh-CN": "已更正。", "text:en": "Corrected."}

    assert "Publish the correction" in (await read(client, TOLD)).text
    await send(client, f"/do{TOLD}/correct", {"mark": mark, **texts})
    await send(client, f"/do{TOLD}/retract", {"mark": mark, "reason": "wrong"})
    refused = await send(client, f"/do{TOLD}/correct", {"mark": mark, "text:en": "10.1.2.3"})

    words = {"zh-CN": "已更正。", "en": "Corrected."}
    assert backend.commands[:2] == [
        ("correct", notice_samples.NOTICE.id, "li", "", words),
        ("retract", notice_samples.NOTICE.id, "li", "wrong", {}),
    ]
    assert refused.status_code == 409
    assert "contains an address" in refused.text


async def test_a_person_tells_users_of_an_open_incident(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    await sign_in(client)
    mark = await mark_of(client)

    said = await send(
        client, f"/do/incidents/{samples.INCIDENT.id}/say", {"mark": mark, "text:en": "Soon."}
    )

    assert (said.status_code, said.headers["location"]) == (303, TOLD)
    assert backend.commands == [("say", samples.INCIDENT.id, "li", {"en": "Soon."})]


async def test_a_form_without_the_mark_of_the_session_does_nothing(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    await sign_in(client)

    answer = await send(client, f"/do{DRAFT}/approve", {"mark": "x"})

    assert answer.status_code == 401
    assert backend.commands == []


async def test_without_a_store_the_page_says_so(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.is_store_down = True

    assert (await client.get("/notices")).status_code == 503
    assert "cannot be read" in (await client.get("/notices")).text
    assert (await client.get("/notices/ntc_none")).status_code == 404

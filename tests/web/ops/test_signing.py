"""Signing in needs the token, and leads nowhere but into this page."""

import httpx
import pytest

from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import TOKEN, client_of
from tests.web.ops.forms import WORK, send


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: httpx.AsyncClient,
) -> None:
    answer = await send(client, "/do/sign-in", {"person": "li", "token": TOKEN})

    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"):
        assert part in cookie
    assert TOKEN.lower() not in cookie
    assert "secure" not in cookie


async def test_over_https_the_cookie_stays_there(backend: FakeBackend) -> None:
    async with client_of(backend) as client:
        client.base_url = httpx.URL("https://ops.test")
        answer = await send(client, "/do/sign-in", {"person": "li", "token": TOKEN})

    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"person": "li", "token": "wrong"}, 401, "not the token"),
        ({"person": "li"}, 401, "not the token"),
        ({"person": " ", "token": TOKEN}, 422, "who you are"),
        ({"person": "x" * 101, "token": TOKEN}, 422, "who you are"),
    ],
)
async def test_without_name_and_token_nobody_is_signed_in(
    client: httpx.AsyncClient, fields: dict[str, object], status: int, told: str
) -> None:
    answer = await send(client, "/do/sign-in", fields)

    assert answer.status_code == status
    assert told in answer.text
    assert "set-cookie" not in answer.headers
    assert TOKEN not in answer.text


async def test_who_mistypes_the_token_need_not_say_again_who_it_is(
    client: httpx.AsyncClient,
) -> None:
    fields: dict[str, object] = {"person": "李 <i>", "token": "wrong", "to": WORK}
    answer = await send(client, "/do/sign-in", fields)

    assert 'name="person" value="李 &lt;i&gt;"' in answer.text
    assert f'name="to" value="{WORK}"' in answer.text


@pytest.mark.parametrize("to", ["https://evil.test/", "//evil.test", "/\\evil.test", "evil", ""])
async def test_signing_in_leads_nowhere_else(client: httpx.AsyncClient, to: str) -> None:
    answer = await send(client, "/do/sign-in", {"person": "li", "token": TOKEN, "to": to})

    assert answer.headers["location"] == "/"
    assert 'value="/"' in (await client.get("/sign-in", params={"to": to})).text

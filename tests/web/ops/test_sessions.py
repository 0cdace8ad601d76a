"""A session cannot be forged, ends by itself, and its mark is its own."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.web.ops.sessions import LASTS, Sessions
from tests.web.ops.conftest import TOKEN


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def test_a_person_who_signed_in_is_known_until_the_session_is_over() -> None:
    clock = HandClock()
    sessions = Sessions(TOKEN, clock)
    cookie = sessions.open("王小明")
    session = sessions.read(cookie)

    assert session is not None
    assert session.person == "王小明"
    clock.at += LASTS - timedelta(seconds=1)
    assert sessions.read(cookie) == session
    clock.at += timedelta(seconds=1)
    assert sessions.read(cookie) is None


def test_every_session_has_a_mark_of_its_own_that_is_not_in_the_cookie() -> None:
    sessions = Sessions(TOKEN, HandClock())
    cookies = [sessions.open("li"), sessions.open("li")]
    marks = {session.mark for each in cookies if (session := sessions.read(each))}

    assert len(marks) == 2
    assert not any(mark in cookie for mark in marks for cookie in cookies)


def test_another_token_ends_all_sessions() -> None:
    clock = HandClock()
    cookie = Sessions(TOKEN, clock).open("li")

    assert Sessions(TOKEN + "2", clock).read(cookie) is None


@pytest.mark.parametrize("change", ["person", "until", "signature", "empty", "garbage"])
def test_a_cookie_that_was_tampered_with_is_nothing(change: str) -> None:
    sessions = Sessions(TOKEN, HandClock())
    body, _, signature = sessions.open("li").partition(".")
    facts = json.loads(base64.urlsafe_b64decode(body))
    facts |= {"person": {"person": "wang"}, "until": {"until": "2099-01-01T00:00:00+00:00"}}.get(
        change, {}
    )
    forged = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
    cookie = {
        "signature": f"{body}.{signature[:-1]}x",
        "empty": "",
        "garbage": "пер.сия",
    }.get(change, f"{forged}.{signature}")

    assert sessions.read(cookie) is None


def test_the_token_is_compared_whole() -> None:
    sessions = Sessions(TOKEN, HandClock())

    assert sessions.is_token(f" {TOKEN}\n")
    assert not any(map(sessions.is_token, ("", TOKEN[:-1], f"{TOKEN}x", "ключ")))

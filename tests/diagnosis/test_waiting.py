"""A server that fills up with requests waiting for a store is not the seat of the trouble."""

import pytest

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from tests.diagnosis.world import (
    DATABASE,
    NO_ANSWER,
    SERVER,
    THIRD_PARTY,
    Sight,
    World,
    component,
    failed,
    needs,
    ok,
    slow,
)

CLOGGED = slow(1.5, saturation_ratio=1.0, queue_depth=60)
FULL_QUEUE = failed(Kind.CONNECT_TIMEOUT, 1.6)
QUERY_HANGS = failed(Kind.QUERY_TIMEOUT, 1.4)


def _platform() -> World:
    """Return functions that need a server and a store, which the server does not say it needs."""
    parts = (
        component("app", SERVER),
        component("ledger", DATABASE),
        component("bank", THIRD_PARTY),
        component("pay", SERVER, (*needs("app", "ledger"), *needs("bank", soft=True))),
        component("quota", SERVER, needs("app")),
    )
    checks = {"app-health": "app", "ledger-sql": "ledger", "bank-ping": "bank", "pay-one": "pay"}
    return World(parts, {**checks, "quota-one": "quota"}).round(times=10)


HANGS: dict[str, tuple[dict[str, Sight], str, Cause]] = {
    "a store that answers nothing": (
        {"app": CLOGGED, "ledger": NO_ANSWER},
        "ledger",
        Cause.DATABASE_ANOMALY,
    ),
    "a store whose statements are locked out": (
        {"app": CLOGGED, "ledger": QUERY_HANGS},
        "ledger",
        Cause.DATABASE_ANOMALY,
    ),
    "a party that answers nothing": (
        {"app": CLOGGED, "bank": NO_ANSWER},
        "bank",
        Cause.THIRD_PARTY_INTERFACE,
    ),
}


@pytest.mark.parametrize("name", HANGS)
def test_a_server_that_waits_shows_what_it_waits_for(name: str) -> None:
    seen, seat, cause = HANGS[name]
    verdict = _platform().round(seen, times=3).diagnose("app")

    assert (verdict.cause, verdict.component) == (cause, seat)


@pytest.mark.parametrize("name", HANGS)
def test_so_does_who_needs_only_the_server_that_waits(name: str) -> None:
    seen, seat, cause = HANGS[name]
    verdict = _platform().round({**seen, "quota": CLOGGED}, times=3).diagnose("quota")

    assert (verdict.cause, verdict.component) == (cause, seat)


def test_it_is_so_when_its_queue_has_overflowed_too() -> None:
    world = _platform().round({"app": CLOGGED, "ledger": NO_ANSWER}, times=2)
    verdict = world.round({"app": FULL_QUEUE, "ledger": NO_ANSWER}).diagnose("app")

    assert (verdict.cause, verdict.component) == (Cause.DATABASE_ANOMALY, "ledger")


def test_a_store_that_refuses_keeps_nobody_waiting() -> None:
    refused = failed(Kind.CONNECT_REFUSED)
    verdict = _platform().round({"app": CLOGGED, "ledger": refused}, times=3).diagnose("app")

    assert (verdict.cause, verdict.component) == (Cause.SERVER_OVERLOAD, "app")


def test_a_store_that_is_merely_late_suffers_with_its_server() -> None:
    verdict = _platform().round({"app": CLOGGED, "ledger": slow(1.0)}, times=3).diagnose("app")

    assert (verdict.cause, verdict.component) == (Cause.SERVER_OVERLOAD, "app")


def test_a_store_that_hung_clearly_later_is_not_waited_for() -> None:
    world = _platform().round({"app": CLOGGED}, times=3)
    verdict = world.round({"app": CLOGGED, "ledger": NO_ANSWER}, times=2).diagnose("app")

    assert (verdict.cause, verdict.component) == (Cause.SERVER_OVERLOAD, "app")


def test_the_server_itself_is_left_as_an_unlikely_candidate() -> None:
    world = _platform().round({"app": CLOGGED, "ledger": NO_ANSWER}, times=3)

    doubted = [each for each in world.diagnose("app").candidates if each.component == "app"]
    assert all(each.confidence < 0.5 for each in doubted)


def _loaded(rate: float, queue: int) -> World:
    """Return the platform with an app that is late and tells how much it does and has to do."""
    world = _platform()
    world.round({"app": ok(request_rate=20.0, queue_depth=0, saturation_ratio=0.2)}, times=6)
    late = slow(1.5, request_rate=rate, queue_depth=queue, saturation_ratio=1.0)
    return world.round({"app": late}, times=3)


def test_a_queue_of_which_nothing_is_finished_may_stand_before_workers_that_hang() -> None:
    verdict = _loaded(rate=0.0, queue=60).diagnose("app")

    assert verdict.cause is Cause.UNKNOWN
    assert verdict.candidates[0].cause is Cause.SERVER_OVERLOAD


@pytest.mark.parametrize(("rate", "queue"), [(8.0, 60), (0.0, 0)])
def test_who_finishes_some_is_busy_and_who_has_nothing_waiting_does_not_stand(
    rate: float, queue: int
) -> None:
    assert _loaded(rate, queue).diagnose("app").cause is Cause.SERVER_OVERLOAD


def test_work_that_stood_is_no_overload_while_it_is_repaired() -> None:
    world = _loaded(rate=0.0, queue=60)
    caught_up = slow(1.5, request_rate=30.0, queue_depth=2, saturation_ratio=1.0)

    assert world.round({"app": caught_up}).diagnose("app").cause is Cause.UNKNOWN


def test_one_look_between_two_answers_shows_no_standstill() -> None:
    world = _loaded(rate=8.0, queue=60)
    nothing = slow(1.5, request_rate=0.0, queue_depth=60, saturation_ratio=1.0)

    assert world.round({"app": nothing}).diagnose("app").cause is Cause.SERVER_OVERLOAD

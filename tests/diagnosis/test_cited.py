"""What is told with a verdict: the facts beside the one that weighs, so that a person can check."""

import pytest

from monitor.model.cause import Cause, Diagnosis
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.platform import Component
from monitor.model.signals import SignalKind
from tests.diagnosis.watched import cited, figures, verdict_of, watched
from tests.diagnosis.world import NETWORK, REFUSED, failed, ok, platform, slow, status


def test_a_lock_is_cited_with_who_waits_and_who_holds_it() -> None:
    waiting = failed(Kind.QUERY_TIMEOUT, 1.4, lock_waiters=3, blocking_sessions=1)
    verdict = platform().round({"ledger-sql": waiting}, times=2).diagnose("ledger")

    assert cited(verdict, "database_lock_waiters") == {
        (SignalKind.LOCK_WAITERS, "ledger"): 3,
        (SignalKind.BLOCKING_SESSIONS, "ledger"): 1,
    }


def test_a_database_that_only_reads_is_cited_with_both() -> None:
    seen = failed(Kind.WRITE_FAILED, stage=Stage.BUSINESS, read_ok=True, write_ok=False)
    verdict = platform().round({"ledger-sql": seen}, times=2).diagnose("ledger")

    assert cited(verdict, "database_reads_but_does_not_write") == {
        (SignalKind.WRITE_OK, "ledger"): False,
        (SignalKind.READ_OK, "ledger"): True,
    }


def test_a_third_party_alone_at_fault_is_cited_with_the_ways_that_work() -> None:
    world = platform()
    world.components = (*world.components, Component(name="outside", kind=NETWORK))
    world.checks = {**world.checks, "outside": "outside"}
    world.recent["outside"] = []
    verdict = world.round({"bank-a": failed(Kind.STATUS_UNEXPECTED, http_status=502)}, times=2)

    seen = cited(verdict.diagnose("bank-a"), "own_things_are_well")
    assert seen[SignalKind.SIBLING_STATUS, "outside"] == "ok"


@pytest.mark.parametrize(("rate", "is_usual"), [(20.0, True), (29.0, True), (31.0, False)])
def test_connections_run_out_at_usual_load_unless_it_has_risen(
    rate: float, *, is_usual: bool
) -> None:
    rejected = failed(Kind.SERVER_REJECTED, sqlstate="53300")
    world = platform().round({"gateway": ok(request_rate=20.0)}, times=4)
    seen = {"ledger-sql": rejected, "gateway": status(503, request_rate=rate)}
    verdict = world.round(seen, times=2).diagnose("ledger")

    assert bool(cited(verdict, "connections_gone_at_usual_load")) is is_usual


def test_one_look_at_a_burst_does_not_make_the_load_unusual() -> None:
    rejected = failed(Kind.SERVER_REJECTED, sqlstate="53300")
    world = platform().round({"gateway": ok(request_rate=20.0)}, times=4)
    for rate in (21.0, 19.0, 35.0):
        world.round({"ledger-sql": rejected, "gateway": status(503, request_rate=rate)})

    seen = cited(world.diagnose("ledger"), "connections_gone_at_usual_load")
    assert seen == {(SignalKind.REQUEST_RATE, "gateway"): 19.0}


def test_a_database_down_is_told_with_what_its_server_answers_without_and_with_it() -> None:
    verdict = platform().round({"ledger": REFUSED, "gateway": status(503)}, times=2)

    assert cited(verdict.diagnose("ledger"), "dependants_work_without_database") == {
        (SignalKind.STAGE_REACHED, "gateway-host"): "protocol",
        (SignalKind.HTTP_STATUS, "gateway"): 503,
    }


@pytest.mark.parametrize("is_read", [True, False])
def test_a_full_disk_is_told_with_what_is_read_all_the_same(*, is_read: bool) -> None:
    full = figures("disk_free_ratio", failed=True, disk_free_ratio=0.0)
    world = watched().round({"ledger-host": full, "ledger-sql": ok(read_ok=is_read)}, times=2)
    verdict = world.diagnose("ledger")

    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "disk")
    seen = cited(verdict, "database_disk_full")
    assert ((SignalKind.READ_OK, "ledger") in seen) is is_read


@pytest.mark.parametrize(
    ("usual", "now", "is_told"), [(0.02, 0.02, True), (0.02, 0.6, False), (0.5, 0.6, True)]
)
def test_held_connections_are_told_with_a_processor_that_is_pressed_no_more_than_usual(
    usual: float, now: float, *, is_told: bool
) -> None:
    world = watched()
    world.quiet["host"] = world.now_tells("host", cpu_pressure_ratio=usual)
    world.recent["host"].clear()
    world.round(times=10)
    held = world.now_tells("host", established_connections=440, cpu_pressure_ratio=now)
    verdict = world.round({"gateway": failed(Kind.RESPONSE_RESET), "host": held}, times=3)

    told = [
        each.value
        for each in verdict.diagnose("gateway").evidence
        if each.rule == "connections_without_requests"
        and each.signal is SignalKind.CPU_PRESSURE_RATIO
    ]
    assert (told == [now]) is is_told


def test_a_broken_contract_is_told_with_the_status_of_the_answer() -> None:
    seen = failed(Kind.CONTRACT_BROKEN, contract_violation="$.trade_no", http_status=200)
    verdict = platform().round({"bank-a": seen}, times=2).diagnose("bank-a")

    assert cited(verdict, "third_party_breaks_contract") == {
        (SignalKind.CONTRACT_VIOLATION, "bank-a"): "$.trade_no",
        (SignalKind.HTTP_STATUS, "bank-a"): 200,
    }


def _pressed(*, credit_pay: tuple[float, ...] = (), others: float = 0.02) -> Diagnosis:
    """Return the verdict on a starved machine whose functions answer within so many seconds."""
    starved = figures("throttled_ratio", throttled_ratio=0.9, cpu_pressure_ratio=0.9)
    world = watched()
    for seconds in credit_pay:
        world.round({"host": starved, "gateway": ok(others), "credit-pay": ok(seconds)})
    return world.diagnose("gateway-host")


def test_a_starved_machine_is_told_with_answers_that_take_longer_though_not_late() -> None:
    verdict = _pressed(credit_pay=(0.02, 0.12, 0.02, 0.02, 0.02, 0.02, 0.3))

    assert verdict_of(verdict) == (Cause.SERVER_OVERLOAD, "cpu")
    seen = cited(verdict, "pressed_below_late_servers")
    assert seen == {(SignalKind.LATENCY_SECONDS, "gateway"): 0.3}


@pytest.mark.parametrize(
    "seconds",
    [(0.02, 0.03, 0.025), (0.3, 0.02, 0.02), (0.3, 0.3, *[0.02] * 7)],
    ids=["none", "one", "few"],
)
def test_answers_as_quick_as_ever_say_nothing_of_a_starved_machine(
    seconds: tuple[float, ...],
) -> None:
    verdict = _pressed(credit_pay=seconds)

    assert verdict_of(verdict) == (Cause.SERVER_OVERLOAD, "cpu")
    assert cited(verdict, "pressed_below_late_servers") == {}


def test_answers_that_take_longer_on_a_machine_at_rest_are_no_sign_of_it() -> None:
    world = watched()
    full = figures("fd_used_ratio", fd_used_ratio=0.95)
    verdict = world.round({"host": full, "gateway": ok(0.3)}, times=3).diagnose("gateway-host")

    assert cited(verdict, "pressed_below_late_servers") == {}


def test_late_answers_above_a_starved_machine_weigh_more_than_slower_ones() -> None:
    starved = figures("throttled_ratio", throttled_ratio=0.9, cpu_pressure_ratio=0.9)
    late = watched().round({"host": starved, "gateway": slow(1.4)}, times=3)

    def weight(verdict: Diagnosis) -> float:
        found = {each.rule: each.weight for each in verdict.evidence}
        return found["pressed_below_late_servers"]

    assert weight(late.diagnose("gateway-host")) == 0.5
    assert weight(_pressed(credit_pay=(0.3, 0.3))) == 0.3


def _held(*moments: tuple[float, int]) -> Diagnosis:
    """Return the verdict where connections are held, beside so many requests and so much work."""
    world = watched()
    world.quiet["traffic"] = figures(request_rate=20.0, in_flight=0)
    world.recent["traffic"].clear()
    world.round(times=10)
    for requests, work in moments:
        seen = {
            "gateway": failed(Kind.RESPONSE_RESET),
            "host": world.now_tells("host", established_connections=440),
            "traffic": world.now_tells("traffic", request_rate=requests, in_flight=work),
        }
        world.round(seen)
    return world.diagnose("gateway")


@pytest.mark.parametrize(
    ("moments", "is_sign"),
    [
        (((21.0, 0), (19.0, 0), (22.0, 1)), True),
        (((21.0, 0), (19.0, 0), (35.0, 2)), True),
        (((21.0, 0), (36.0, 0), (35.0, 0)), False),
        (((21.0, 0), (19.0, 0), (22.0, 9)), False),
    ],
    ids=["one under way", "one burst", "more requests", "a pile of work"],
)
def test_connections_are_held_for_nothing_unless_requests_or_work_rise(
    moments: tuple[tuple[float, int], ...], *, is_sign: bool
) -> None:
    verdict = _held(*moments)

    attacks = [each for each in verdict.candidates if each.cause is Cause.NETWORK_ATTACK]
    assert bool(attacks) is is_sign

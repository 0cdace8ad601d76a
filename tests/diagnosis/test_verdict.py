"""How findings become one verdict: combination, doubts, seats, freshness, evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.diagnosis.verdict import diagnose
from monitor.model.cause import Cause
from monitor.model.incident import Onset
from monitor.model.maintenance import Window, WindowSource, WindowStatus
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import MissedReason, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from tests.diagnosis.world import (
    DATABASE,
    NO_ANSWER,
    REFUSED,
    SERVER,
    START,
    THIRD_PARTY,
    Sight,
    World,
    component,
    failed,
    ok,
    platform,
    slow,
    status,
    unconnected,
)

LOST = unconnected(Kind.CONNECT_TIMEOUT, 1.5)


def _window() -> Window:
    return Window(
        id="win_1",
        start=START,
        end=START + timedelta(hours=1),
        planned_end=START + timedelta(hours=1),
        created_at=START - timedelta(days=3),
        status=WindowStatus.IN_PROGRESS,
        actual_start=START,
    )


def test_a_window_that_excuses_the_failure_is_the_cause_whatever_fails() -> None:
    world = platform()
    world.excusing = _window()
    verdict = world.round({"gateway": status(503), "ledger": REFUSED}, times=2).diagnose("gateway")
    assert (verdict.cause, verdict.subcause) == (Cause.MAINTENANCE, "planned")
    assert verdict.component == "gateway"
    found = next(each for each in verdict.evidence if each.signal is SignalKind.WINDOW)
    assert (found.value, found.at, found.rule) == ("win_1", world.now, "window_covers")


def test_a_window_that_a_third_party_announced_is_their_work() -> None:
    world = platform()
    world.excusing = replace(_window(), source=WindowSource.THIRD_PARTY)
    verdict = world.round({"bank-a": status(503)}, times=2).diagnose("bank-a")
    assert (verdict.cause, verdict.subcause) == (Cause.MAINTENANCE, "third_party")


def test_evidence_names_check_component_value_time_and_rule() -> None:
    world = platform().round({"ledger": REFUSED, "gateway": status(503)}, times=2)
    verdict = world.diagnose("ledger")
    first = verdict.evidence[0]
    assert (first.signal, first.value) == (SignalKind.FAILURE_KIND, "connect_refused")
    assert (first.component, first.check) == ("ledger", "ledger-tcp")
    assert (first.rule, first.weight) == ("database_failure", 0.85)
    assert START < first.at <= world.now
    assert first.detail == "at connect"
    assert not first.against


def test_independent_findings_add_up_by_noisy_or() -> None:
    alone = World((component("db", DATABASE),), {"sql": "db"}).round(times=5)
    seen = failed(Kind.SERVER_REJECTED, sqlstate="53300")
    verdict = alone.round({"sql": seen}, times=2).diagnose("db")
    assert verdict.confidence == pytest.approx(1 - (1 - 0.6) * (1 - 0.9))


def test_more_of_the_same_evidence_adds_nothing() -> None:
    few = platform(host=False).round({"ledger": REFUSED}, times=1).diagnose("ledger")
    many = platform(host=False).round({"ledger": REFUSED}, times=9).diagnose("ledger")
    assert few.confidence == many.confidence


def test_doubts_are_kept_as_evidence_against() -> None:
    seen = {"gateway": slow(2.0), "healthz": slow(1.0)}
    verdict = platform().change("gateway-host").round(seen, times=2).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD
    assert {each.rule for each in verdict.evidence if each.against} == {"overload_after_change"}
    assert not verdict.evidence[0].against


def test_an_ok_that_is_older_than_the_failure_is_no_evidence() -> None:
    world = platform()
    at = world.now + timedelta(seconds=1)
    for check in ("credit-pay", "cash-loans", "repayment", "checkout"):
        world.see(check, status(500), at)
    stale = diagnose(world.case("gateway"), at)
    fresh = world.round({"gateway": status(500)}).diagnose("gateway")
    assert "database_is_not_it" not in {each.rule for each in stale.evidence}
    assert "database_is_not_it" in {each.rule for each in fresh.evidence}
    assert fresh.confidence > stale.confidence


def test_a_run_that_was_missed_is_no_evidence() -> None:
    world = platform().round({"gateway": status(503)}, times=2)
    last = world.recent["ledger-sql"][-1]
    missed: Observation = replace(
        last, outcome=Outcome.MISSED, missed=MissedReason.OVERLAP, duration_seconds=0.0
    )
    before = world.diagnose("gateway")
    world.recent["ledger-sql"].append(missed)
    assert world.diagnose("gateway") == before


def test_orderly_shutdown_and_a_change_are_two_orderly_signs() -> None:
    stopping = failed(Kind.SERVER_REJECTED, sqlstate="57P01")
    world = platform().change("ledger", "config").round({"ledger-sql": stopping}, times=2)
    found = [
        each for each in world.diagnose("ledger").candidates if each.cause is Cause.MAINTENANCE
    ]
    assert found[0].confidence >= 0.8


def test_a_server_that_sheds_load_with_a_time_to_come_back_is_not_in_maintenance() -> None:
    shed = status(503, 0.9, retry_after_seconds=1)
    full = ok(saturation_ratio=1.0, shed_ratio=0.5, queue_depth=100)
    verdict = platform().round({"gateway": shed, "healthz": full}, times=3).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD


def test_a_change_after_the_onset_explains_nothing() -> None:
    world = platform().round({"gateway": status(500)}, times=2)
    world.change("gateway", seconds_ago=-60)
    assert world.diagnose("gateway").subcause == ""
    world.change("gateway", seconds_ago=1200)
    assert world.diagnose("gateway").subcause == ""


def test_an_attack_is_at_most_a_candidate() -> None:
    challenged = status(403, waf_marker="cloudflare")
    verdict = platform().round({"gateway": challenged, "healthz": NO_ANSWER}).diagnose("gateway")
    assert verdict.cause is not Cause.NETWORK_ATTACK
    assert Cause.NETWORK_ATTACK in {each.cause for each in verdict.candidates}


def test_a_component_without_any_sight_is_unknown() -> None:
    world = World((component("app", SERVER),), {"home": "app"})
    verdict = diagnose(
        replace(world.case("app"), onset=Onset(last_ok_at=None, first_failure_at=START)), START
    )
    assert (verdict.cause, verdict.candidates, verdict.evidence) == (Cause.UNKNOWN, (), ())


def test_without_a_baseline_an_error_is_fast_below_half_a_second() -> None:
    def verdict(seconds: float) -> float:
        world = World((component("app", SERVER),), {"home": "app"})
        return world.round({"home": status(500, seconds)}, times=2).diagnose("app").confidence

    assert verdict(0.1) > 0.5 > verdict(0.9)


def test_the_order_of_checks_does_not_change_the_verdict() -> None:
    seen: dict[str, Sight] = {"ledger-sql": NO_ANSWER, "gateway": status(503, 0.95)}
    world = platform().round(seen, times=2)
    mirrored = replace(world, checks={name: world.checks[name] for name in sorted(world.checks)})
    mirrored.recent = {name: world.recent[name] for name in mirrored.checks}
    one, other = world.diagnose("gateway"), mirrored.diagnose("gateway")
    assert (one.cause, one.confidence) == (other.cause, other.confidence)


def test_third_parties_are_known_by_status() -> None:
    gone = platform().round({"bank-a": status(404)}, times=2).diagnose("bank-a")
    assert (gone.cause, gone.subcause) == (Cause.THIRD_PARTY_INTERFACE, "contract")
    vague = platform().round({"bank-a": status(500, provider_code="SYSTEM_ERROR")}, times=2)
    named = platform().round({"bank-a": status(502, provider_code="SERVICE_OFFLINE")}, times=2)
    assert vague.diagnose("bank-a").confidence < named.diagnose("bank-a").confidence


def test_a_bank_that_rejects_us_on_one_address_works_on_another() -> None:
    parts = (component("bank", THIRD_PARTY),)
    world = World(parts, {"ping": "bank", "balance": "bank"}).round(times=5)
    verdict = world.round({"balance": status(403)}, times=2).diagnose("bank")
    assert (verdict.cause, verdict.subcause) == (Cause.APPLICATION_FAULT, "credential")
    assert Stage.PROTOCOL in {each.stage for each in world.recent["ping"]}


def test_what_is_degraded_but_not_slow_speaks_by_its_kind() -> None:
    stale = replace(failed(Kind.VALUE_UNEXPECTED), outcome=Outcome.DEGRADED)
    verdict = platform().round({"ledger-sql": stale}, times=2).diagnose("ledger")
    assert (verdict.cause, verdict.subcause) == (Cause.DATABASE_ANOMALY, "data")
    assert "database_slow" not in {each.rule for each in verdict.evidence}

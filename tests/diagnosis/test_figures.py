"""Figures beside answers: forecasts that harm nobody yet, silence, ratios, pages, clocks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.diagnosis.limit_hints import LIMIT_HINTS, SLOWING
from monitor.diagnosis.rules_grey import FEWEST_ATTEMPTS, success_ratio
from monitor.diagnosis.tables import Hint
from monitor.model.cause import Cause
from monitor.model.figures import FORECASTS
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import MissedReason, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind
from tests.diagnosis.rows import LOST
from tests.diagnosis.watched import figures, rules_of, verdict_of, watched
from tests.diagnosis.world import REFUSED, Sight, World, component, ok, platform, slow, status

HINTS = [
    pytest.param(kind, seat, hint, id=f"{kind.value}-{seat.value}")
    for kind, hints in LIMIT_HINTS.items()
    for seat, hint in hints.items()
]


@pytest.mark.parametrize(("kind", "seat", "hint"), HINTS)
def test_a_figure_beyond_its_limit_says_what_the_table_says(
    kind: SignalKind, seat: ComponentKind, hint: Hint
) -> None:
    world = World((component("it", seat),), {"probe": "it"}).round(times=5)
    seen = figures(kind.value, tells={kind.value: 1})
    verdict = world.round({"probe": seen}, times=2).diagnose("it")
    best = verdict.candidates[0]
    assert (best.cause, best.subcause) == (hint.cause, hint.subcause)
    assert best.confidence >= hint.weight - 0.001
    assert kind in {each.signal for each in verdict.evidence}


def test_a_forecast_slows_nobody_and_only_known_figures_are_one() -> None:
    assert FORECASTS < SLOWING
    assert not FORECASTS & {SignalKind.REFUSED_CONNECTIONS, SignalKind.REPLICATION_UP}


@pytest.mark.parametrize("limit", ["sequence_used_ratio", "disk_free_ratio"])
def test_a_limit_that_comes_near_explains_no_failure_of_others(limit: str) -> None:
    near = figures(limit, tells={limit: 0.04})
    world = watched().change("gateway")
    verdict = world.round({"ledger-host": near, "gateway": status(500)}, times=2).diagnose(
        "gateway"
    )
    assert verdict_of(verdict) == (Cause.APPLICATION_FAULT, "deploy")
    assert verdict.confidence >= 0.8


def test_pressure_below_explains_late_answers_and_no_quick_errors() -> None:
    pressed = figures("cpu_pressure_ratio", cpu_pressure_ratio=0.5)
    quick = watched().change("gateway").round({"host": pressed, "gateway": status(500)}, times=2)
    assert quick.diagnose("gateway").cause is Cause.APPLICATION_FAULT
    late = watched().round({"host": pressed, "gateway": slow(1.4), "healthz": slow(1.0)}, times=2)
    assert verdict_of(late.diagnose("gateway")) == (Cause.SERVER_OVERLOAD, "cpu")


def test_a_busy_machine_is_no_reason_for_logins_that_fail() -> None:
    world = World(
        (component("edge", ComponentKind.SERVER),), {"logins": "edge", "machine": "edge"}
    ).round({"logins": ok(auth_failure_rate=4.0), "machine": ok(cpu_pressure_ratio=0.9)}, times=5)
    busy = ok(cpu_pressure_ratio=0.9, cpu_used_ratio=1.0)
    many = figures("auth_failure_rate", auth_failure_rate=900.0)
    verdict = world.round({"logins": many, "machine": busy}, times=2).diagnose("edge")

    assert verdict.cause is Cause.UNKNOWN
    assert Cause.NETWORK_ATTACK in {each.cause for each in verdict.candidates}


def test_a_figure_beyond_its_limit_is_no_late_answer() -> None:
    near = figures("sequence_used_ratio", sequence_used_ratio=0.9)
    verdict = platform().round({"ledger-sql": near}, times=2).diagnose("ledger")
    assert rules_of(verdict) == {"database_figure_beyond_limit"}


def test_a_machine_that_can_be_read_is_no_server_that_answers() -> None:
    verdict = watched().round({"gateway": slow(1.4), "healthz": slow(1.0)}, times=3)
    found = verdict.diagnose("gateway")
    assert found.cause is Cause.SERVER_OVERLOAD
    assert "something_answers_as_usual" not in {each.rule for each in found.evidence}


def test_a_figure_that_is_told_no_more_is_a_sign_by_itself() -> None:
    world = platform()
    for _ in range(8):
        world.round({"ledger-sql": ok(connections_used_ratio=0.2, lock_waiters=0)})
    verdict = world.round({"ledger-sql": ok(lock_waiters=0), "ledger-tcp": REFUSED}, times=3)
    found = verdict.diagnose("ledger")
    stopped = [each for each in found.evidence if each.signal is SignalKind.SIGNAL_STOPPED]
    assert [each.value for each in stopped] == ["connections_used_ratio"]
    assert stopped[0].at < world.now - timedelta(seconds=4)


def test_a_check_that_fails_has_not_stopped_to_tell() -> None:
    world = platform()
    world.round({"ledger-sql": ok(connections_used_ratio=0.2)}, times=8)
    found = world.round({"ledger": REFUSED}, times=4).diagnose("ledger")
    assert "database_figures_stopped" not in rules_of(found)


RUNS = st.lists(st.sampled_from("of"), max_size=30).map("".join)


def _attempts(words: str) -> World:
    world = World((component("it", ComponentKind.SERVER),), {"probe": "it"})
    for word in words:
        world.round({"probe": status(500) if word == "f" else ok()})
    return world


@given(RUNS)
def test_a_ratio_needs_enough_attempts_and_failures_that_come_back(words: str) -> None:
    attempts = tuple(_attempts(words).recent["probe"])
    ratio = success_ratio(attempts)
    spells = len([each for each in words.split("o") if each])
    share = words.count("o") / max(1, len(words))
    wanted = len(words) >= FEWEST_ATTEMPTS and spells >= 3 and 0.1 <= share <= 0.9
    assert ratio == (pytest.approx(share) if wanted else None)


def test_an_outage_is_no_grey_failure_and_a_missed_run_is_no_attempt() -> None:
    assert success_ratio(tuple(_attempts("o" * 15 + "f" * 15).recent["probe"])) is None
    grey = tuple(_attempts("ooof" * 5).recent["probe"])
    missed = replace(grey[0], outcome=Outcome.MISSED, missed=MissedReason.OVERLAP)
    assert success_ratio((*grey, missed)) == pytest.approx(0.75)


def _page(status_word: str, about: str = "bank-a") -> Sight:
    seen = figures(page_indicator="major", page_component_status=status_word)
    return replace(seen, details={SignalKind.PAGE_COMPONENT_STATUS: about})


def test_their_own_page_corroborates_and_proves_nothing() -> None:
    world = watched().round({"bank-a-ping": status(502), "bank-page": _page("major_outage")})
    verdict = world.diagnose("bank-a")
    assert "their_page_says_so" in rules_of(verdict)
    alone = watched().round({"bank-page": _page("major_outage")}, times=2).diagnose("bank-a")
    assert alone.cause is Cause.UNKNOWN


@pytest.mark.parametrize(
    "page", [_page("operational"), _page("unknown"), _page("major_outage", "another")]
)
def test_a_page_that_speaks_of_nothing_of_ours_says_nothing(page: Sight) -> None:
    world = watched().round({"bank-a-ping": status(502), "bank-page": page}, times=2)
    assert "their_page_says_so" not in rules_of(world.diagnose("bank-a"))


@pytest.mark.parametrize(
    "offsets", [(-900.0, -900.0), (-900.0, 5.0, 900.0), (1.0, 2.0, 1.5)], ids=str
)
def test_clocks_that_do_not_agree_on_another_time_say_nothing(offsets: tuple[float, ...]) -> None:
    names = ("bank-a", "bank-b", "gateway")
    seen = {
        name: replace(
            status(502) if name == "bank-a" else ok(),
            signals={SignalKind.SERVER_CLOCK_OFFSET_SECONDS: offset},
        )
        for name, offset in zip(names, offsets, strict=False)
    }
    verdict = platform().round(seen, times=2).diagnose("bank-a")
    assert Cause.MONITOR_FAULT not in {each.cause for each in verdict.candidates}


def test_a_grey_way_is_told_from_a_grey_server() -> None:
    def verdict(bad: Sight) -> Cause:
        world = World((component("it", ComponentKind.SERVER),), {"probe": "it"})
        for _ in range(6):
            world.round(times=3).round({"probe": bad})
        return world.diagnose("it").candidates[0].cause

    assert verdict(LOST) is Cause.NETWORK_FAULT
    assert verdict(status(500)) is Cause.APPLICATION_FAULT


def test_a_login_that_nobody_can_use_is_theirs_and_a_wrong_one_is_ours() -> None:
    theirs = watched().round({"bank-a-ping": status(401, spare_key_ok=False)}, times=2)
    found = theirs.diagnose("bank-a")
    assert verdict_of(found) == (Cause.THIRD_PARTY_INTERFACE, "auth")
    assert found.confidence >= 0.8
    refused = Sight(
        outcome=Outcome.FAILED,
        kind=Kind.LOGIN_REJECTED,
        signals={SignalKind.TOKEN_FAULT: "refused"},
    )
    ours = platform().round({"bank-a": refused}, times=2).diagnose("bank-a")
    assert verdict_of(ours) == (Cause.APPLICATION_FAULT, "credential")

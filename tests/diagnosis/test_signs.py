"""Signs of an attack: two of different kinds, none of them explained by customers."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.diagnosis.rules_attack import SIGNS, SIGNS_NEEDED
from monitor.model.cause import Cause, Diagnosis
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalValue
from tests.diagnosis.watched import Watched, candidates_of, figures, rules_of, watched
from tests.diagnosis.world import Sight, failed, slow, status

LATE = {"gateway": slow(1.4), "healthz": slow(1.0)}
FAMILIES = {rule.name: rule.sign for rule in SIGNS}


def _usual() -> Watched:
    world = watched()
    world.quiet["edge-names"] = figures(nxdomain_rate=2.0, half_sent_requests=1)
    return world.round(times=10)


# What an observer tells of each sign, by the rule that reads it.
TOLD: dict[str, tuple[str, dict[str, SignalValue]]] = {
    "syn_cookies_unanswered": ("host", {"syncookies_recv_ratio": 0.01}),
    "packets_small_and_many": (
        "host",
        {"received_packet_rate": 9000.0, "received_packet_bytes": 60.0},
    ),
    "connections_without_requests": ("host", {"established_connections": 440}),
    "requests_half_sent": ("edge-names", {"half_sent_requests": 400}),
    "logins_fail_in_bursts": ("logins", {"auth_failure_rate": 900.0}),
    "sources_scatter": ("logins", {"distinct_sources": 900}),
    "requests_without_orders": ("traffic", {"request_rate": 300.0}),
    "firewall_blocks_rise": ("logins", {"waf_block_rate": 500.0}),
    "names_asked_at_random": ("edge-names", {"nxdomain_rate": 4000.0}),
}


def _attacked(*names: str) -> Diagnosis:
    world = _usual()
    changed: dict[str, dict[str, SignalValue]] = {}
    for name in names:
        check, told = TOLD[name]
        changed.setdefault(check, {}).update(told)
    seen = {check: world.now_tells(check, **told) for check, told in changed.items()}
    return world.round({**LATE, **seen}, times=2).diagnose("gateway")


@pytest.mark.parametrize("name", TOLD)
def test_one_sign_is_never_enough(name: str) -> None:
    verdict = _attacked(name)

    assert verdict.cause is not Cause.NETWORK_ATTACK
    assert Cause.NETWORK_ATTACK in candidates_of(verdict)


@pytest.mark.parametrize("pair", list(combinations(TOLD, 2)), ids="+".join)
def test_two_signs_are_enough_where_they_are_of_two_kinds(pair: tuple[str, str]) -> None:
    verdict = _attacked(*pair)

    kinds = {FAMILIES[name] for name in pair}
    if len(kinds) < SIGNS_NEEDED:
        assert verdict.cause is not Cause.NETWORK_ATTACK
    # More requests are why more connections are held: then that is no sign.
    elif set(pair) != {"connections_without_requests", "requests_without_orders"}:
        assert verdict.cause is Cause.NETWORK_ATTACK, verdict.candidates
        assert set(pair) <= rules_of(verdict)


def test_a_firewall_and_the_page_it_shows_are_one_sign() -> None:
    world = _usual()
    seen: dict[str, Sight] = {
        "gateway": status(403, waf_marker="huawei"),
        "logins": world.now_tells("logins", waf_block_rate=500.0),
    }
    assert world.round(seen, times=2).diagnose("gateway").cause is not Cause.NETWORK_ATTACK


def test_a_name_that_leads_elsewhere_with_another_key_may_be_our_own_move() -> None:
    world = _usual()
    seen = {
        "healthz": failed(Kind.TLS_PINNED_KEY, 0.02, Stage.SEMANTIC, certificate_key="abc="),
        "checkout": failed(Kind.VALUE_UNEXPECTED, 0.02, Stage.SEMANTIC, dns_answer="192.0.2.9"),
    }
    found = world.round(seen, times=2).diagnose("gateway")
    assert found.cause is not Cause.NETWORK_ATTACK
    assert Cause.NETWORK_ATTACK in candidates_of(found)


def test_logins_that_fail_for_everybody_are_no_attack() -> None:
    world = _usual()
    seen = {
        "gateway": status(401),
        "logins": world.now_tells("logins", auth_failure_rate=900.0, distinct_sources=700),
        "traffic": world.now_tells("traffic", order_rate=2.0, paid_order_rate=1.0),
    }
    verdict = world.round(seen, times=2).diagnose("gateway")
    assert verdict.cause is not Cause.NETWORK_ATTACK
    assert "logins_fail_in_bursts" not in {each.rule for each in verdict.evidence}


def test_connections_that_wait_for_a_hung_server_are_no_attack() -> None:
    world = _usual()
    seen = {
        **LATE,
        "host": world.now_tells("host", established_connections=440),
        "traffic": world.now_tells("traffic", request_rate=9.0, in_flight=200),
    }
    verdict = world.round(seen, times=2).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD
    assert Cause.NETWORK_ATTACK not in candidates_of(verdict)


def test_figures_that_were_never_told_before_are_no_rise() -> None:
    world = watched()
    world.recent["logins"].clear()
    seen = {"logins": figures(auth_failure_rate=900.0, distinct_sources=700)}
    verdict = world.round({**LATE, **seen}, times=2).diagnose("gateway")
    assert Cause.NETWORK_ATTACK not in candidates_of(verdict)


def test_a_figure_that_was_always_zero_rises_to_whatever_it_is() -> None:
    world = watched()
    world.quiet["edge-names"] = figures(nxdomain_rate=0.0, half_sent_requests=0)
    world.round(times=10)
    seen = {"edge-names": figures(nxdomain_rate=4000.0, half_sent_requests=400)}
    verdict = world.round({**LATE, **seen}, times=2).diagnose("gateway")
    assert {"names_asked_at_random", "requests_half_sent"} <= rules_of(verdict)


@settings(max_examples=40)
@given(
    rush=st.floats(1.5, 20),
    share=st.floats(0.6, 1.2),
    sources=st.floats(1, 20),
    cookies=st.sampled_from([None, 0.75, 1.0]),
    pressure=st.floats(0, 0.9),
    overflow=st.floats(0, 50),
)
def test_customers_who_rush_are_never_called_an_attack(
    rush: float,
    share: float,
    sources: float,
    cookies: float | None,
    pressure: float,
    overflow: float,
) -> None:
    world = _usual()
    bought = max(1.3, rush * share)
    host: dict[str, SignalValue] = {
        "cpu_pressure_ratio": pressure,
        "listen_overflow_rate": overflow,
        "established_connections": round(40 * rush),
        "received_packet_rate": 150.0 * rush,
    }
    if cookies is not None:
        host["syncookies_recv_ratio"] = cookies
    seen = {
        **LATE,
        "host": world.now_tells("host", **host),
        "traffic": world.now_tells(
            "traffic",
            request_rate=20.0 * rush,
            order_rate=60.0 * bought,
            paid_order_rate=50.0 * bought,
            in_flight=round(3 * rush),
        ),
        "logins": world.now_tells(
            "logins", distinct_sources=round(30 * sources), auth_failure_rate=2.0 * rush
        ),
    }
    verdict = world.round(seen, times=2).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD

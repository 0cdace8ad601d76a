"""The look-alikes, row by row: what tells one cause from the other, and what is said if nothing.

Rows 1 to 7 are here, rows 8 to 14 in `test_lookalikes_others`.
"""

import re
from dataclasses import replace

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalKind
from tests.diagnosis import test_lookalikes_others
from tests.diagnosis.rows import LOST, NO_NAME, NO_ZONE
from tests.diagnosis.watched import candidates_of, figures, rules_of, verdict_of, watched
from tests.diagnosis.world import NO_ANSWER, REFUSED, World, failed, platform, slow, status

ROWS = frozenset(range(1, 15))
STRAINED = {"gateway": slow(1.4), "healthz": slow(1.0)}
FULL = failed(Kind.SERVER_REJECTED, 0.02, sqlstate="53300")


# 1: attack or overload.
def test_row_1_unanswered_cookies_and_a_flood_of_small_packets_are_an_attack() -> None:
    world = watched()
    flood = world.now_tells(
        "host",
        syncookies_recv_ratio=0.0,
        received_packet_rate=9000.0,
        received_packet_bytes=60.0,
    )
    verdict = world.round({**STRAINED, "host": flood}, times=3).diagnose("gateway")
    assert verdict_of(verdict) == (Cause.NETWORK_ATTACK, "syn_flood")
    assert verdict.confidence >= 0.8
    assert {"syn_cookies_unanswered", "packets_small_and_many"} <= rules_of(verdict)


def test_row_1_connections_that_ask_for_nothing_are_an_attack() -> None:
    world = watched()
    held = world.now_tells("host", established_connections=440)
    world.quiet["edge-names"] = figures(half_sent_requests=1)
    world.round(times=10)
    seen = {
        "gateway": failed(Kind.RESPONSE_RESET),
        "healthz": NO_ANSWER,
        "host": held,
        "edge-names": figures(half_sent_requests=400),
    }
    verdict = world.round(seen, times=3).diagnose("gateway")
    assert verdict_of(verdict) == (Cause.NETWORK_ATTACK, "slow_headers")
    assert verdict.confidence >= 0.8


def test_row_1_a_rush_of_customers_is_overload() -> None:
    world = watched()
    rush = world.now_tells(
        "traffic", request_rate=200.0, in_flight=90, order_rate=480.0, paid_order_rate=300.0
    )
    crowd = world.now_tells("logins", distinct_sources=400)
    busy = world.now_tells(
        "host", cpu_pressure_ratio=0.7, established_connections=400, syncookies_recv_ratio=0.97
    )
    seen = {**STRAINED, "traffic": rush, "logins": crowd, "host": busy}
    verdict = world.round(seen, times=3).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD
    assert verdict.confidence >= 0.9
    assert {"customers_rush", "requests_rise", "processor_pressed"} <= rules_of(verdict)
    attack = [each for each in verdict.candidates if each.cause is Cause.NETWORK_ATTACK]
    assert all(each.confidence < 0.2 for each in attack)


def test_row_1_one_sign_alone_leaves_it_at_overload_with_an_attack_as_candidate() -> None:
    world = watched()
    bots = world.now_tells("traffic", request_rate=200.0, in_flight=90)
    verdict = world.round({**STRAINED, "traffic": bots}, times=3).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD
    assert Cause.NETWORK_ATTACK in candidates_of(verdict)


# 2: database or overload.
def test_row_2_a_database_that_waits_for_a_lock_while_health_is_quick() -> None:
    stalled = failed(Kind.QUERY_TIMEOUT, 1.4, Stage.SEMANTIC, lock_waiters=3, sqlstate="57014")
    world = platform().round({"ledger-sql": stalled, "gateway": NO_ANSWER}, times=2)
    assert world.diagnose("gateway").cause is Cause.DATABASE_ANOMALY


def test_row_2_a_quick_database_below_a_server_that_is_late_everywhere() -> None:
    verdict = platform().round(STRAINED, times=3).diagnose("gateway")
    assert verdict.cause is Cause.SERVER_OVERLOAD
    assert "database_is_well" in rules_of(verdict)


def test_row_2_both_bad_the_earlier_one_is_the_cause() -> None:
    late = {"ledger-sql": slow(1.2)}
    world = platform().round(late, times=3).round({**late, **STRAINED}, times=2)
    assert world.diagnose("gateway").cause is Cause.DATABASE_ANOMALY


# 3: connections exhausted, by a leak or by load.
def test_row_3_sessions_that_idle_in_transactions_are_a_leak() -> None:
    world = watched()
    world.quiet["ledger-sql"] = figures(idle_in_transaction=0, active_sessions=2)
    world.round(times=10)
    full = replace(FULL, signals={**FULL.signals, SignalKind.IDLE_IN_TRANSACTION: 90})
    verdict = world.round({"ledger-sql": full, "gateway": status(503)}, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "connections")
    wanted = {"idle_sessions_hold_connections", "connections_gone_at_usual_load"}
    assert wanted <= rules_of(verdict)


def test_row_3_sessions_that_grow_with_the_requests_are_a_storm() -> None:
    world = watched()
    world.quiet["ledger-sql"] = figures(idle_in_transaction=0, active_sessions=4)
    world.round(times=10)
    told = {SignalKind.ACTIVE_SESSIONS: 90, SignalKind.IDLE_IN_TRANSACTION: 1}
    full = replace(FULL, signals={**FULL.signals, **told})
    seen = {"ledger-sql": full, "traffic": world.now_tells("traffic", request_rate=200.0)}
    verdict = world.round(seen, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.SERVER_OVERLOAD, "connections")
    assert "load_takes_all_connections" in rules_of(verdict)


def test_row_3_where_nobody_knows_it_stays_with_the_database() -> None:
    verdict = platform().round({"ledger-sql": FULL}, times=2).diagnose("ledger")
    assert verdict_of(verdict) == (Cause.DATABASE_ANOMALY, "connections")


# 4: a third party, or our credential, clock or quota.
def test_row_4_server_errors_and_every_key_rejected_are_theirs() -> None:
    down = platform().round({"bank-a": status(502)}, times=2).diagnose("bank-a")
    assert down.cause is Cause.THIRD_PARTY_INTERFACE
    both = platform().round({"bank-a": status(401, spare_key_ok=False)}, times=2)
    assert verdict_of(both.diagnose("bank-a")) == (Cause.THIRD_PARTY_INTERFACE, "auth")


def test_row_4_a_spare_key_that_works_makes_it_our_credential() -> None:
    verdict = platform().round({"bank-a": status(401, spare_key_ok=True)}, times=2)
    found = verdict.diagnose("bank-a")
    assert verdict_of(found) == (Cause.APPLICATION_FAULT, "credential")
    assert found.confidence >= 0.9


def test_row_4_two_unrelated_parties_that_reject_our_time_mean_our_clock() -> None:
    stale = status(400, provider_code="InvalidTimeStamp.Expired")
    skewed = status(403, provider_code="RequestTimeTooSkewed")
    world = platform().round({"bank-a": stale, "bank-b": skewed}, times=2)
    assert verdict_of(world.diagnose("bank-a")) == (Cause.MONITOR_FAULT, "clock")
    alone = platform().round({"bank-a": stale}, times=2)
    assert alone.diagnose("bank-a").cause is Cause.APPLICATION_FAULT


def test_row_4_a_quota_is_ours_where_we_ask_more_and_theirs_where_we_do_not() -> None:
    limited = status(429, provider_code="RATELIMIT_EXCEEDED")
    world = watched()
    more = world.now_tells("our-rate", request_rate=25.0)
    ours = world.round({"bank-a": limited, "our-rate": more, "bank-page": world.quiet["bank-page"]})
    assert verdict_of(ours.diagnose("bank-a")) == (Cause.APPLICATION_FAULT, "quota")
    theirs = watched().round({"bank-a": limited}, times=2).diagnose("bank-a")
    assert verdict_of(theirs) == (Cause.THIRD_PARTY_INTERFACE, "quota")
    assert "quota_cut_by_them" in rules_of(theirs)


# 5: a third party, or our way out.
def test_row_5_one_bank_lost_beside_another_that_answers_is_theirs() -> None:
    verdict = platform().round({"bank-a": LOST}, times=2).diagnose("bank-a")
    assert verdict.cause is Cause.THIRD_PARTY_INTERFACE


def test_row_5_unrelated_parties_lost_together_mean_our_way_out() -> None:
    verdict = platform().round({"bank-a": LOST, "bank-b": LOST}, times=2).diagnose("bank-a")
    assert verdict.cause is Cause.NETWORK_FAULT


def test_row_5_a_full_table_of_connections_looks_like_loss_and_is_ours() -> None:
    world = watched()
    full = figures("conntrack_used_ratio", conntrack_used_ratio=0.99)
    seen = {"gateway": LOST, "healthz": LOST, "host": full}
    verdict = world.round(seen, times=2).diagnose("gateway")
    assert verdict_of(verdict) == (Cause.NETWORK_FAULT, "conntrack")


# 6: our names, or the target.
def test_row_6_a_target_that_answers_at_its_address_has_lost_its_name() -> None:
    verdict = _two_ways().round({"by-name": NO_ZONE}, times=2).diagnose("gateway-host")
    assert verdict_of(verdict) == (Cause.NETWORK_FAULT, "dns")
    assert "reached_by_address" in rules_of(verdict)


def test_row_6_an_address_that_fails_too_is_no_matter_of_names() -> None:
    world = _two_ways().round({"by-name": NO_NAME, "healthz": REFUSED}, times=2)
    assert world.diagnose("gateway-host").cause is Cause.APPLICATION_FAULT


def _two_ways() -> World:
    plain = platform()
    checks = {**plain.checks, "by-name": "gateway-host"}
    return World(plain.components, checks).round(times=10)


# 7: a server that hangs, or a way that loses packets.
def test_row_7_connections_that_stand_at_once_before_silence_are_a_hang() -> None:
    world = platform().round({"gateway": NO_ANSWER, "healthz": NO_ANSWER}, times=2)
    assert world.diagnose("gateway").cause is Cause.SERVER_OVERLOAD


STEPS = replace(slow(1.1), connect=1.02)


def test_row_7_connections_that_stand_in_steps_beside_lost_segments_are_loss() -> None:
    world = watched()
    lossy = figures("retransmit_ratio", retransmit_ratio=0.08)
    verdict = world.round({"gateway": STEPS, "healthz": STEPS, "host": lossy}, times=2)
    found = verdict.diagnose("gateway")
    assert verdict_of(found) == (Cause.NETWORK_FAULT, "loss")
    assert {"connects_in_steps", "segments_lost"} <= rules_of(found)


def test_row_7_steps_of_a_queue_that_overflows_are_overload() -> None:
    world = watched()
    full = figures("listen_overflow_rate", listen_overflow_rate=8.0, retransmit_ratio=0.05)
    verdict = world.round({"gateway": STEPS, "healthz": STEPS, "host": full}, times=2)
    found = verdict.diagnose("gateway")
    assert verdict_of(found) == (Cause.SERVER_OVERLOAD, "accept_queue")


def test_every_row_of_the_look_alikes_has_its_tests() -> None:
    names = [*globals(), *vars(test_lookalikes_others)]
    assert {int(each) for name in names for each in re.findall(r"^test_row_(\d+)_", name)} == ROWS

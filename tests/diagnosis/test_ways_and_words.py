"""What a name leads to, who falters with whom, whose certificate and clock, and what is held."""

from dataclasses import replace

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalKind
from tests.diagnosis.watched import cited
from tests.diagnosis.world import (
    OK,
    REFUSED,
    Sight,
    World,
    failed,
    ok,
    platform,
    slow,
)

LOST = failed(Kind.CONNECT_TIMEOUT, 1.6)


def _refused_at(address: str) -> Sight:
    return failed(Kind.CONNECT_REFUSED, resolve_rcode="NOERROR", resolved_address=address)


def _named(*addresses: str) -> World:
    """Return the platform, its host asked by a name that led to *addresses*, one per round."""
    world = platform()
    for each in addresses:
        world.round({"gateway-host": ok(resolve_rcode="NOERROR", resolved_address=each)})
    return world


def test_nobody_at_an_address_that_was_never_ours_is_a_matter_of_names() -> None:
    world = _named(*["198.51.100.7"] * 5)
    verdict = world.round({"gateway-host": _refused_at("192.0.2.1")}, times=2).diagnose(
        "gateway-host"
    )

    assert (verdict.cause, verdict.subcause) == (Cause.NETWORK_FAULT, "dns")


def test_nobody_at_the_usual_address_is_a_matter_of_the_server() -> None:
    world = _named(*["198.51.100.7"] * 5)
    verdict = world.round({"gateway-host": _refused_at("198.51.100.7")}, times=2).diagnose(
        "gateway-host"
    )

    assert verdict.cause is Cause.APPLICATION_FAULT


def test_a_name_with_ever_other_addresses_tells_nothing() -> None:
    world = _named(*[f"198.51.100.{each}" for each in range(8)])
    verdict = world.round({"gateway-host": _refused_at("192.0.2.1")}, times=2).diagnose(
        "gateway-host"
    )

    assert verdict.cause is Cause.APPLICATION_FAULT


def test_strangers_that_falter_together_share_a_bad_way() -> None:
    world = platform().round({"bank-a": slow(1.2), "bank-b": OK})
    world.round({"bank-a": OK, "bank-b": LOST}).round({"bank-a": LOST, "bank-b": slow(1.4)})
    verdict = world.round({"bank-a": slow(1.3), "bank-b": OK}).diagnose("bank-a")

    assert verdict.cause is not Cause.THIRD_PARTY_INTERFACE
    assert verdict.candidates[0].cause is Cause.NETWORK_FAULT


def test_one_that_falters_beside_a_single_stray_answer_is_at_fault_itself() -> None:
    world = platform().round({"bank-a": slow(1.2), "bank-b": slow(1.0)})
    verdict = world.round({"bank-a": LOST}, times=2).round().round({"bank-a": LOST}, times=2)

    assert verdict.diagnose("bank-a").cause is Cause.THIRD_PARTY_INTERFACE


def test_errors_that_come_and_go_at_two_parties_are_theirs() -> None:
    wrong = failed(Kind.STATUS_UNEXPECTED, http_status=502)
    world = platform().round({"bank-a": wrong, "bank-b": wrong}).round()
    verdict = world.round({"bank-a": wrong, "bank-b": wrong}, times=2).diagnose("bank-a")

    assert verdict.cause is Cause.THIRD_PARTY_INTERFACE


def test_a_database_that_finds_fault_with_the_question_is_well() -> None:
    missing = failed(Kind.QUERY_FAILED, sqlstate="42P01")
    verdict = platform().round({"ledger-sql": missing, "gateway": REFUSED}, times=2)

    assert verdict.diagnose("ledger").cause is Cause.APPLICATION_FAULT


def test_one_that_has_other_troubles_too_is_not() -> None:
    missing, refused = failed(Kind.QUERY_FAILED, sqlstate="42P01"), failed(Kind.CONNECT_REFUSED)
    world = platform().round({"ledger-sql": missing, "ledger-tcp": refused}, times=2)

    assert world.diagnose("ledger").cause is Cause.DATABASE_ANOMALY


EXPIRED = failed(Kind.TLS_EXPIRED, stage=Stage.TLS)


def test_an_expired_certificate_is_ours_where_others_are_accepted_and_clocks_agree() -> None:
    accepted = replace(ok(server_clock_offset_seconds=0.4), tls=0.01)
    world = platform().round({"bank-a": accepted})
    verdict = world.round({"gateway": EXPIRED, "bank-a": accepted}, times=2).diagnose("gateway")

    assert (verdict.cause, verdict.subcause) == (Cause.APPLICATION_FAULT, "certificate")
    offset = (SignalKind.SERVER_CLOCK_OFFSET_SECONDS, "bank-a")
    assert cited(verdict, "clocks_agree") == {offset: 0.4}
    assert cited(verdict, "other_certificates_hold") == {
        (SignalKind.SIBLING_STATUS, "bank-a"): "ok"
    }


def test_a_clock_that_others_do_not_share_is_no_word_for_the_certificate() -> None:
    elsewhere = replace(ok(server_clock_offset_seconds=90.0), tls=0.01)
    world = platform().round({"bank-a": elsewhere})
    verdict = world.round({"gateway": EXPIRED, "bank-a": elsewhere}, times=2).diagnose("gateway")

    assert cited(verdict, "clocks_agree") == {}


def test_a_third_partys_certificate_is_not_ours() -> None:
    accepted = replace(ok(server_clock_offset_seconds=0.4), tls=0.01)
    world = platform().round({"bank-b": accepted})
    verdict = world.round({"bank-a": EXPIRED, "bank-b": accepted}, times=2).diagnose("bank-a")

    assert cited(verdict, "clocks_agree") == cited(verdict, "other_certificates_hold") == {}

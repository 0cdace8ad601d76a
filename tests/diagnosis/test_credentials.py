"""Ours or theirs: what codes by class, spare keys, token endpoints and journeys decide."""

from collections.abc import Mapping

import pytest

from monitor.model.cause import Cause, Diagnosis
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalKind as S
from tests.diagnosis.rows import APPLICATION, DATABASE, THIRD_PARTY
from tests.diagnosis.world import NO_ANSWER, Sight, failed, platform, status, unconnected


def _seen(sights: Mapping[str, Sight], failing: str = "bank-a") -> Diagnosis:
    return platform().round(sights, times=2).diagnose(failing)


def _provider(word: str, code: str = "E1") -> Sight:
    return failed(Kind.PROVIDER_ERROR, 0.02, provider_code=code, provider_class=word)


_REFUSED_CLIENT = failed(
    Kind.LOGIN_REJECTED,
    0.02,
    http_status=401,
    provider_code="invalid_client",
    token_fault="refused",
)

# What the probe of a bank sees, and the cause and finer label that must come of it.
SIGHTS: dict[str, tuple[Sight, Cause, str]] = {
    "their system is down": (_provider("theirs_down"), THIRD_PARTY, "down"),
    "their system protects itself": (_provider("theirs_overloaded"), THIRD_PARTY, "down"),
    "our signature": (_provider("ours_signature"), APPLICATION, "credential"),
    "our key, within a code that no table has": (
        _provider("ours_credential", "X-77"),
        APPLICATION,
        "credential",
    ),
    "our OAuth 2 client": (_REFUSED_CLIENT, APPLICATION, "credential"),
    "a 401 while a second key works": (
        status(401, spare_key_ok=True),
        APPLICATION,
        "credential",
    ),
    "a 401 for every key": (status(401, spare_key_ok=False), THIRD_PARTY, "auth"),
    "a token endpoint that answers 503": (
        failed(Kind.STATUS_UNEXPECTED, 0.02, http_status=503, token_fault="error"),
        THIRD_PARTY,
        "down",
    ),
    "a token endpoint that refuses connections": (
        unconnected(Kind.CONNECT_REFUSED, errno="ECONNREFUSED", token_fault="unreachable"),
        THIRD_PARTY,
        "down",
    ),
    "a fresh token that the interface does not know": (
        status(401, token_issued=True, provider_code="invalid_token"),
        THIRD_PARTY,
        "auth",
    ),
    "a fresh token, refused while the spare client's works": (
        status(401, token_issued=True, provider_code="invalid_token", spare_key_ok=True),
        APPLICATION,
        "credential",
    ),
    "rights that a fresh token does not have": (
        status(403, token_issued=True, provider_code="insufficient_scope"),
        APPLICATION,
        "credential",
    ),
}


@pytest.mark.parametrize("name", SIGHTS)
def test_what_a_bank_says_is_ours_or_theirs(name: str) -> None:
    sight, cause, subcause = SIGHTS[name]

    verdict = _seen({"bank-a": sight})

    assert (verdict.cause, verdict.subcause, verdict.component) == (cause, subcause, "bank-a")


def test_a_proxy_that_fails_is_our_network_whatever_is_behind_it() -> None:
    gone = failed(Kind.PROXY_FAILED, 0.01, Stage.CONNECT, errno="ECONNREFUSED")

    verdict = _seen({"bank-a": gone, "bank-b": gone})

    assert (verdict.cause, verdict.subcause) == (Cause.NETWORK_FAULT, "proxy")


def _stopped(kind: Kind = Kind.VALUE_UNEXPECTED, code: int = 200) -> Sight:
    return failed(kind, 0.05, Stage.BUSINESS, http_status=code, failed_step="pay")


def test_the_step_at_which_a_journey_stops_is_evidence() -> None:
    verdict = _seen({"checkout": _stopped(Kind.STATUS_UNEXPECTED, 500)}, "gateway")

    assert verdict.cause is APPLICATION
    steps = [each.value for each in verdict.evidence if each.signal is S.FAILED_STEP]
    assert steps == ["pay"]


def test_a_journey_that_stops_while_the_ledger_hangs_is_its_consequence() -> None:
    verdict = _seen({"checkout": _stopped(), "ledger-sql": NO_ANSWER}, "gateway")

    assert (verdict.cause, verdict.component) == (DATABASE, "ledger")

"""The codes of providers are read by profile, and say whose matter an error is."""

from typing import Any

import pytest

from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.provider import ProviderClass
from monitor.model.signals import SignalKind
from monitor.probes.providers import PROFILES, Profile
from tests.probes.conftest import Probe
from tests.probes.http_app import says
from tests.probes.servers import answering, http, serving


async def _seen(probe: Probe, answer: bytes, **fields: Any) -> Observation:
    async with serving(answering(answer)) as port:
        return await probe("http", url=f"http://127.0.0.1:{port}/", **fields)


def _alipay(code: str, sub_code: str = "") -> dict[str, object]:
    answer = {"code": code, "msg": "m", **({"sub_code": sub_code} if sub_code else {})}
    return {"alipay_trade_query_response": answer, "sign": "s"}


_WECHAT: dict[str, Any] = {"provider": "wechat_pay_v3"}
_ALIPAY: dict[str, Any] = {"provider": "alipay_gateway"}
_GENERIC: dict[str, Any] = {"provider": "generic", "provider_code": "$.result.code"}

# An answer, the options of the check, how it fails, the code and its class.
ANSWERS: dict[str, tuple[bytes, dict[str, Any], FailureKind | None, str | None, str | None]] = {
    "wechat: a good answer has no code": (
        says({"trade_state": "SUCCESS"}),
        _WECHAT,
        None,
        None,
        None,
    ),
    "wechat: our signature": (
        says({"code": "SIGN_ERROR"}, "401 Unauthorized"),
        _WECHAT,
        FailureKind.STATUS_UNEXPECTED,
        "SIGN_ERROR",
        "ours_signature",
    ),
    "wechat: our rights": (
        says({"code": "NO_AUTH"}, "403 Forbidden"),
        _WECHAT,
        FailureKind.STATUS_UNEXPECTED,
        "NO_AUTH",
        "ours_credential",
    ),
    "wechat: our quota": (
        says({"code": "RATELIMIT_EXCEEDED"}, "429 Too Many"),
        _WECHAT,
        FailureKind.STATUS_UNEXPECTED,
        "RATELIMIT_EXCEEDED",
        "quota",
    ),
    "wechat: out of service, by a page": (
        http("502 Bad Gateway", b"<html>", "Content-Type: text/html"),
        _WECHAT,
        FailureKind.STATUS_UNEXPECTED,
        None,
        "theirs_down",
    ),
    "wechat: protecting itself": (
        http("503 Service Unavailable"),
        _WECHAT,
        FailureKind.STATUS_UNEXPECTED,
        None,
        "theirs_overloaded",
    ),
    "wechat: an order that is not there": (
        says({"code": "ORDER_NOT_EXIST"}, "404 Not Found"),
        {**_WECHAT, "expect_status": [200, 404]},
        FailureKind.PROVIDER_ERROR,
        "ORDER_NOT_EXIST",
        "business",
    ),
    "wechat: an order that need not be there": (
        says({"code": "ORDER_NOT_EXIST"}, "404 Not Found"),
        {**_WECHAT, "expect_status": [200, 404], "provider_ok": "ORDER_NOT_EXIST"},
        None,
        "ORDER_NOT_EXIST",
        "business",
    ),
    "alipay: fine": (says(_alipay("10000")), _ALIPAY, None, "10000", "ok"),
    "alipay: the system behind the gateway": (
        says(_alipay("20000", "isp.unknow-error")),
        _ALIPAY,
        FailureKind.PROVIDER_ERROR,
        "isp.unknow-error",
        "theirs_down",
    ),
    "alipay: our signature": (
        says(_alipay("40002", "isv.invalid-signature")),
        _ALIPAY,
        FailureKind.PROVIDER_ERROR,
        "isv.invalid-signature",
        "ours_signature",
    ),
    "alipay: our token": (
        says(_alipay("20001", "aop.auth-token-time-out")),
        _ALIPAY,
        FailureKind.PROVIDER_ERROR,
        "aop.auth-token-time-out",
        "ours_credential",
    ),
    "alipay: our quota": (
        says(_alipay("40005", "isv.app-call-limited")),
        _ALIPAY,
        FailureKind.PROVIDER_ERROR,
        "isv.app-call-limited",
        "quota",
    ),
    "alipay: a business result": (
        says(_alipay("40004", "ACQ.TRADE_NOT_EXIST")),
        _ALIPAY,
        FailureKind.PROVIDER_ERROR,
        "ACQ.TRADE_NOT_EXIST",
        "business",
    ),
    "alipay: an expected business result": (
        says(_alipay("40004", "ACQ.TRADE_NOT_EXIST")),
        {**_ALIPAY, "provider_ok": ["ACQ.TRADE_NOT_EXIST"]},
        None,
        "ACQ.TRADE_NOT_EXIST",
        "business",
    ),
    "alipay: no code": (
        says({"trade": {}}),
        _ALIPAY,
        FailureKind.CONTRACT_BROKEN,
        None,
        None,
    ),
    "generic: fine": (says({"result": {"code": 0}}), _GENERIC, None, "0", "ok"),
    "generic: throttled within 400": (
        says({"result": {"code": "Throttling.User"}}, "400 Bad Request"),
        _GENERIC,
        FailureKind.STATUS_UNEXPECTED,
        "Throttling.User",
        "quota",
    ),
    "generic: our clock": (
        says({"result": {"code": "InvalidTimeStamp.Expired"}}),
        _GENERIC,
        FailureKind.PROVIDER_ERROR,
        "InvalidTimeStamp.Expired",
        "ours_signature",
    ),
    "generic: a code that nobody knows": (
        says({"result": {"code": "E77"}}),
        _GENERIC,
        FailureKind.PROVIDER_ERROR,
        "E77",
        None,
    ),
    "generic: a code that the check knows": (
        says({"result": {"code": "E00"}}),
        {**_GENERIC, "provider_ok": ["E00"]},
        None,
        "E00",
        None,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_code_is_read_and_classed(probe: Probe, name: str) -> None:
    answer, fields, kind, code, meaning = ANSWERS[name]

    observation = await _seen(probe, answer, **fields)

    assert (observation.failure.kind if observation.failure else None) is kind
    assert observation.signal(SignalKind.PROVIDER_CODE) == code
    assert observation.signal(SignalKind.PROVIDER_CLASS) == meaning


async def test_without_a_profile_no_code_has_a_class(probe: Probe) -> None:
    observation = await _seen(probe, says({"code": "SIGN_ERROR"}, "401 Unauthorized"))

    assert observation.outcome is Outcome.FAILED
    assert observation.signal(SignalKind.PROVIDER_CODE) == "SIGN_ERROR"
    assert observation.signal(SignalKind.PROVIDER_CLASS) is None


@pytest.mark.parametrize("profile", PROFILES.values(), ids=[*PROFILES])
def test_a_profile_can_tell_ours_from_theirs(profile: Profile) -> None:
    meanings = {*profile.codes.values(), *profile.statuses.values()}

    assert any(each.is_ours for each in meanings)
    assert any(each.is_theirs for each in meanings)
    assert ProviderClass.QUOTA in meanings

"""What the codes of payment providers mean, by profile: literal tables, no text is matched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import jsonpath

from monitor.model.provider import ProviderClass
from monitor.probes.fields import JsonPath

ProviderName = Literal["wechat_pay_v3", "alipay_gateway", "generic"]


def _all(meaning: ProviderClass, *codes: str) -> dict[str, ProviderClass]:
    return dict.fromkeys(codes, meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one provider says what went wrong.

    *paths* are where its codes stand, the most telling first. *statuses* speak where no code is
    known; *is_silent* is whether a good answer carries no code at all.
    """

    paths: tuple[JsonPath, ...]
    codes: Mapping[str, ProviderClass]
    statuses: Mapping[int, ProviderClass]
    is_silent: bool

    def meaning(self, status: int, codes: Iterable[str]) -> ProviderClass | None:
        """Return what the first known of *codes* means, else the *status*; None for neither."""
        known = (self.codes[each] for each in codes if each in self.codes)
        return next(known, None) or self.statuses.get(status)


def _paths(*texts: str) -> tuple[JsonPath, ...]:
    return tuple(jsonpath.compile(each) for each in texts)


WECHAT_PAY_V3 = Profile(
    paths=_paths("$.code"),
    codes={
        # Also returned where our own merchant number is wrong: diagnosis believes it little.
        **_all(ProviderClass.THEIRS_DOWN, "SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR"),
        **_all(ProviderClass.OURS_SIGNATURE, "SIGN_ERROR", "SIGNERROR"),
        **_all(
            ProviderClass.OURS_CREDENTIAL,
            "NO_AUTH",
            "NOAUTH",
            "APPID_MCHID_NOT_MATCH",
            "APPID_NOT_EXIST",
            "MCH_NOT_EXISTS",
            "MCHID_NOT_EXIST",
            "CERT_ERROR",
        ),
        **_all(
            ProviderClass.QUOTA,
            "RATELIMIT_EXCEEDED",
            "FREQUENCY_LIMITED",
            "FREQUENCY_LIMIT_EXCEED",
            "INVALID_REQ_TOO_MUCH",
        ),
        **_all(
            ProviderClass.BUSINESS,
            "PARAM_ERROR",
            "INVALID_REQUEST",
            "OUT_TRADE_NO_USED",
            "ORDER_NOT_EXIST",
            "ORDERNOTEXIST",
            "ORDER_CLOSED",
            "ORDERCLOSED",
            "ORDERPAID",
            "RESOURCE_NOT_EXISTS",
            "NOT_ENOUGH",
            "NOTENOUGH",
            "USERPAYING",
            "TRADE_ERROR",
            "ACCOUNT_ERROR",
            "RULE_LIMIT",
        ),
    },
    statuses={
        401: ProviderClass.OURS_SIGNATURE,
        403: ProviderClass.OURS_CREDENTIAL,
        429: ProviderClass.QUOTA,
        502: ProviderClass.THEIRS_DOWN,
        503: ProviderClass.THEIRS_OVERLOADED,
    },
    is_silent=True,
)

ALIPAY_GATEWAY = Profile(
    # The gateway wraps its answer into one object named after the method.
    paths=_paths("$.*.sub_code", "$.*.code"),
    codes={
        **_all(ProviderClass.OK, "10000"),
        **_all(
            ProviderClass.THEIRS_DOWN,
            "20000",
            "isp.unknow-error",
            "isp.unknown-error",
            "aop.unknow-error",
            "aop.unknown-error",
            "ACQ.SYSTEM_ERROR",
        ),
        **_all(
            ProviderClass.OURS_CREDENTIAL,
            "20001",
            "40002",
            "40003",
            "40006",
            "isv.invalid-app-id",
            "isv.missing-app-id",
            "isv.insufficient-isv-permissions",
            "isv.insufficient-user-permissions",
            "ACQ.ACCESS_FORBIDDEN",
        ),
        **_all(
            ProviderClass.OURS_SIGNATURE,
            "40001",
            "isv.invalid-signature",
            "isv.invalid-signature-type",
            "isv.missing-signature",
            "isv.missing-signature-type",
            "isv.missing-signature-key",
            # A time that is not theirs: our clock.
            "isv.invalid-timestamp",
        ),
        **_all(ProviderClass.QUOTA, "40005", "isv.call-limited", "isv.app-call-limited"),
        # 10003 waits for the payer; 40004 is a business result whose sub_code says which.
        **_all(ProviderClass.BUSINESS, "10003", "40004", "isv.invalid-parameter"),
    },
    statuses={},
    is_silent=False,
)

GENERIC = Profile(
    paths=_paths("$.error.code", "$.sub_code", "$.code", "$.errcode"),
    codes={
        **_all(ProviderClass.OK, "0", "OK", "ok", "SUCCESS", "Success", "success"),
        **_all(ProviderClass.THEIRS_DOWN, "InternalError", "server_error"),
        **_all(
            ProviderClass.THEIRS_OVERLOADED,
            "ServiceUnavailable",
            "ServiceUnavailableTemporary",
            "temporarily_unavailable",
        ),
        **_all(
            ProviderClass.QUOTA,
            "Throttling",
            "Throttling.User",
            "Throttling.Api",
            "RATELIMIT_EXCEEDED",
            "FREQUENCY_LIMITED",
        ),
        **_all(
            ProviderClass.OURS_CREDENTIAL,
            "invalid_client",
            "invalid_grant",
            "invalid_token",
            "unauthorized_client",
            "insufficient_scope",
            "InvalidAccessKeyId.NotFound",
            "InvalidAccessKeyId.Inactive",
        ),
        **_all(
            ProviderClass.OURS_SIGNATURE,
            "SignatureDoesNotMatch",
            "InvalidTimeStamp.Expired",
            "InvalidTimestamp",
        ),
    },
    statuses={429: ProviderClass.QUOTA},
    is_silent=True,
)

PROFILES: Mapping[ProviderName, Profile] = {
    "wechat_pay_v3": WECHAT_PAY_V3,
    "alipay_gateway": ALIPAY_GATEWAY,
    "generic": GENERIC,
}

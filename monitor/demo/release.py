"""The release of the gateway that is live: its version, and the pricing it ships."""

from collections.abc import Mapping
from dataclasses import dataclass

GOOD_VERSION = "1.8.0"
BAD_VERSION = "1.9.0"

PRICING: Mapping[str, str] = {
    "credit_pay_fee": "0.023",
    "cash_loan_daily": "0.0003",
    "minimum_repayment": "0.10",
    "checkout_fee": "0.006",
}


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version and what it is configured with."""

    version: str
    pricing: Mapping[str, str]
    live_since: float


def good_release(live_since: float) -> Release:
    """Return the release that works."""
    return Release(version=GOOD_VERSION, pricing=PRICING, live_since=live_since)


def bad_release(version: str, live_since: float) -> Release:
    """Return a release whose pricing file was renamed key by key, but not its readers."""
    renamed = {f"{key}_v2": value for key, value in PRICING.items()}
    return Release(version=version, pricing=renamed, live_since=live_since)

"""The checks of what is not ours: the channels, their page, and the anchors."""

from typing import TYPE_CHECKING, Any

from tests.scenarios.servers import places
from tests.scenarios.servers.keys import CLIENT, SECRETS, SPARE_CLIENT

if TYPE_CHECKING:
    from tests.scenarios.stand import Stand

Section = dict[str, Any]
# What was agreed with the channels about a trade.
_TRADE: Section = {
    "type": "object",
    "required": ["trade_no", "amount", "status"],
    "properties": {
        "trade_no": {"type": "string"},
        "amount": {"type": "string"},
        "status": {"enum": ["PENDING", "PAID", "CLOSED"]},
    },
}


def channel_checks(stand: "Stand") -> Section:
    """Return the checks of the payment channels, and of the page of one."""
    checks: Section = {}
    for name in places.CHANNELS:
        url = f"https://{stand.host_of(name)}:{places.CHANNEL}"
        common = {
            "type": "http",
            "component": name,
            "ca_file": str(stand.ca_file),
            "provider": "wechat_pay_v3",
            "provider_ok": ["SUCCESS"],
            "degraded_after": 0.5,
        }
        checks[f"{name}-ping"] = {**common, "url": f"{url}/v1/ping"}
        checks[f"{name}-trade"] = {
            **common,
            "url": f"{url}/v1/trade",
            "oauth2": {**_client(CLIENT), "token_url": f"{url}/oauth/token", "renew_before": 4},
            "spare": _client(SPARE_CLIENT),
            "contract": _TRADE,
        }
    checks["channel-a-page"] = {
        "type": "status_page",
        "component": "pages",
        "url": f"http://{stand.addresses.channel_a}:{places.FEED}/api/v2/summary.json",
        "components": {"payment-api": "channel-a"},
    }
    return checks


def _client(name: str) -> Section:
    return {"client_id": name, "client_secret": SECRETS[name]}


def misconfigured_check(stand: "Stand") -> Section:
    """Return a check whose key was never right."""
    url = f"https://{stand.host_of('channel-b')}:{places.CHANNEL}/v1/trade"
    key = {"bearer_token": "copied-wrongly", "ca_file": str(stand.ca_file)}
    return {"type": "http", "component": "partner", "url": url, **key}


def anchor_checks(stand: "Stand") -> Section:
    """Return the anchors: by address, in different networks, of nobody in particular."""
    reference = f"http://{stand.addresses.reference}:{places.REFERENCE}/"
    # The machine that all ways lead through, at a port that serves no customer.
    gateway = {"type": "tcp", "host": stand.addresses.platform, "port": places.PROMETHEUS}
    return {
        "anchor-outside": {
            "type": "http",
            "component": "outside",
            "url": reference,
            "canary": True,
        },
        "anchor-gateway": {**gateway, "component": "outside", "canary": True},
    }

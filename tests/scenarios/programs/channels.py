"""The application's side of the payment channels: token, signature, fail-over."""

import hashlib
import hmac
import ssl
import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.scenarios.programs.breaker import Breaker

# A worker is held by each try, so there are few and they are short.
TRY_SECONDS = 0.3
TRIES = 2
REST_SECONDS = 5.0
TOKEN_MARGIN_SECONDS = 5.0


class ChannelError(Exception):
    """A channel did not take the payment."""


class NoChannelError(Exception):
    """No channel took the payment."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who we are at a channel, and where it is."""

    name: str
    url: str
    client_id: str
    client_secret: str


def signature(secret: str, text: str) -> str:
    """Return the signature that both sides make."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class Channel:
    """One channel, with its token kept while it is good."""

    def __init__(self, account: Account, client: httpx.AsyncClient) -> None:
        self.breaker = Breaker(REST_SECONDS, TRIES)
        self._account = account
        self._client = client
        self._token = ""
        self._good_until = 0.0

    async def charge(self, order: str, amount: str) -> str:
        """Take a payment; return the channel's number of the trade."""
        try:
            trade = await self._charge(order, amount)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self.breaker.note(ok=False)
            self._token = ""
            raise ChannelError(self._account.name) from error
        self.breaker.note(ok=True)
        return trade

    async def _charge(self, order: str, amount: str) -> str:
        text = f"{order}:{amount}"
        answer = await self._client.post(
            f"{self._account.url}/v1/pay",
            json={"order": order, "amount": amount},
            headers={
                "Authorization": f"Bearer {await self._fresh_token()}",
                "Signature": signature(self._account.client_secret, text),
            },
        )
        answer.raise_for_status()
        return str(answer.json()["trade_no"])

    async def _fresh_token(self) -> str:
        if not self._token or time.monotonic() > self._good_until:
            answer = await self._client.post(
                f"{self._account.url}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self._account.client_id, self._account.client_secret),
            )
            answer.raise_for_status()
            granted = answer.json()
            self._token = str(granted["access_token"])
            lifetime = float(granted["expires_in"]) - TOKEN_MARGIN_SECONDS
            self._good_until = time.monotonic() + lifetime
        return self._token


class Channels:
    """The channels in their order; one that fails again and again rests for a while."""

    def __init__(self, accounts: list[dict[str, Any]], ca_file: str) -> None:
        trust = ssl.create_default_context(cafile=ca_file)
        self._client = httpx.AsyncClient(verify=trust, timeout=TRY_SECONDS, trust_env=False)
        self._channels = [Channel(Account(**each), self._client) for each in accounts]

    async def charge(self, order: str, amount: str) -> str:
        """Take a payment by the first channel that takes it."""
        for channel in self._channels:
            if channel.breaker.is_open:
                continue
            try:
                return await channel.charge(order, amount)
            except ChannelError:
                continue
        raise NoChannelError

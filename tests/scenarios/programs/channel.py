"""A payment channel of somebody else: TLS, OAuth token, signature, and a status page apart."""

import argparse
import asyncio
import base64
import itertools
import json
import random
import secrets
import signal
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.scenarios.programs.channels import signature
from tests.scenarios.programs.feed import Feed
from tests.scenarios.programs.orders import Inbox
from tests.scenarios.programs.wire import Answer, Request, read_request

# Short, as everything here is: a secret that changed shows when the next token is asked for.
TOKEN_SECONDS = 10
# The codes and words that WeChat Pay's API documents for these statuses.
_DOWN = {
    502: {"code": "SERVICE_OFFLINE", "message": "服务下线，暂时不可用"},
    503: {"code": "SERVICE_OVERLOADED", "message": "服务不可用，过载保护"},
}
Handler = Callable[[Request], Awaitable[Answer]]


class Channel:
    """The channel's interface; its orders say how it behaves."""

    def __init__(self, settings: dict[str, Any], inbox: Inbox) -> None:
        self._name = settings["name"]
        self._clients: dict[str, str] = settings["clients"]
        self._inbox = inbox
        self._tokens: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def answer(self, request: Request) -> Answer:
        """Answer as ordered: down, or by the interface."""
        orders = self._inbox.orders()
        await asyncio.sleep(float(orders.get("extra_seconds", 0.0)))
        down = orders.get("down")
        if down and random.random() < orders.get("down_share", 1.0):
            headers = {"Retry-After": str(orders["retry_after"])} if "retry_after" in orders else {}
            return Answer(
                status=down, body=orders.get("body", _DOWN.get(down, {})), headers=headers
            )
        match request.method, request.path:
            case "GET", "/v1/ping":
                return Answer(body={"code": "SUCCESS", "channel": self._name})
            case "POST", "/oauth/token":
                return self._grant(request)
            case "POST", "/v1/pay":
                return self._pay(request)
            case "GET", "/v1/trade":
                return self._trade(request)
        return Answer(status=404, body={"code": "NOT_FOUND"})

    def _grant(self, request: Request) -> Answer:
        """Give a token to a client that knows its secret."""
        if self._inbox.orders().get("grants_nothing"):
            return Answer(status=503, body={"error": "temporarily_unavailable"})
        client, secret = _credentials(request)
        changed = self._inbox.orders().get("clients", {})
        if not secret or {**self._clients, **changed}.get(client) != secret:
            headers = {"WWW-Authenticate": 'Basic realm="channel"'}
            return Answer(status=401, body={"error": "invalid_client"}, headers=headers)
        token = secrets.token_urlsafe(16)
        self._tokens[token] = client
        body = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return Answer(body=body)

    def _pay(self, request: Request) -> Answer:
        client = self._client(request)
        if client is None:
            return _unauthorized()
        order = request.form()
        text = f"{order.get('order')}:{order.get('amount')}"
        if request.headers.get("signature") != signature(self._clients[client], text):
            return Answer(status=401, body={"code": "SIGN_ERROR"})
        return Answer(body=self._document(str(order.get("amount"))))

    def _trade(self, request: Request) -> Answer:
        """Show a finished trade, as reconciliation asks for it."""
        if self._client(request) is None:
            return _unauthorized()
        return Answer(body=self._document("1.00"))

    def _client(self, request: Request) -> str | None:
        if self._inbox.orders().get("rejects_tokens"):
            return None
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self._tokens.get(token)

    def _document(self, amount: str) -> dict[str, Any]:
        number = f"{self._name}-{next(self._numbers)}"
        document = {"code": "SUCCESS", "trade_no": number, "amount": amount, "status": "PAID"}
        if self._inbox.orders().get("renamed"):
            # What a provider calls a small improvement.
            document["tradeNumber"] = document.pop("trade_no")
            document["status"] = "SETTLEMENT_PENDING"
        return document


def _credentials(request: Request) -> tuple[str, str]:
    """Return client and secret from the header, or from the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        client, _, secret = base64.b64decode(encoded).decode().partition(":")
        return client, secret
    form = request.form()
    return str(form.get("client_id", "")), str(form.get("client_secret", ""))


def _unauthorized() -> Answer:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return Answer(status=401, body={"code": "invalid_token"}, headers=headers)


def serving(handler: Handler) -> Callable[..., Awaitable[None]]:
    """Return what serves one connection with *handler*."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError, EOFError, TimeoutError):
            request = await read_request(reader)
            writer.write((await handler(request)).encoded())
            await writer.drain()
        writer.close()

    return serve


async def run(settings: dict[str, Any], inbox: Inbox, ready: Path) -> None:
    """Serve the interface over TLS and the status page without, until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(settings["certificate"])
    channel, feed = Channel(settings, inbox), Feed(settings["name"], inbox)
    host = settings["host"]
    interface = serving(channel.answer)
    async with (
        await asyncio.start_server(interface, host, settings["port"], ssl=tls),
        await asyncio.start_server(serving(feed.answer), host, settings["feed_port"]),
    ):
        ready.touch()
        await stopped.wait()


def main() -> None:
    """Run as the main program of a process."""
    parser = argparse.ArgumentParser(description="A payment channel of the bench.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    settings = json.loads((folder / "settings.json").read_text())
    asyncio.run(run(settings, Inbox(folder / "orders.json"), folder / "ready"))


if __name__ == "__main__":
    main()

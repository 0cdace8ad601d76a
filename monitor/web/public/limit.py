"""Bounds what visitors may ask: how long an address is, and how often something is answered."""

from collections import OrderedDict
from typing import NamedTuple

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.public.answering import NEVER, SAFETY

LONGEST_ADDRESS = 2000


class AddressLimit:
    """Refuses addresses of more than 2,000 bytes before anything reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            length = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
            if length > LONGEST_ADDRESS:
                refusal = PlainTextResponse("URI Too Long\n", 414, headers={**SAFETY, **NEVER})
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Bucket(NamedTuple):
    tokens: float
    at: float


class TokenBuckets:
    """Grants *burst* requests at once and *per_second* after that, to each of *most* askers.

    Askers beyond *most* push out the one that has been quiet longest, whose bucket is full anyway
    by then unless we are being flooded with names.
    """

    def __init__(self, *, per_second: float, burst: int, most: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, asker: str, now: float) -> bool:
        """Take a token of *asker* at monotonic *now*; False where none is left."""
        held = self._buckets.pop(asker, _Bucket(self._burst, now))
        refilled = held.tokens + max(0.0, now - held.at) * self._per_second
        tokens = min(float(self._burst), refilled)
        granted = tokens >= 1.0
        self._buckets[asker] = _Bucket(tokens - granted, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return granted

    def wait_seconds(self, asker: str) -> float:
        """Return how long *asker* waits for the next token."""
        held = self._buckets.get(asker, _Bucket(self._burst, 0.0))
        return max(0.0, (1.0 - held.tokens) / self._per_second)

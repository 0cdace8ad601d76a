"""Bounds what a caller may send, whether or not it says beforehand how much that is."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.ops.errors import error_response


class BodyLimit:
    """Refuses bodies of more than *most* bytes."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced[:20]) > self._most:
            await error_response(413, self._words)(scope, receive, send)
            return
        await self._app(scope, self._counting(receive), send)

    @property
    def _words(self) -> str:
        return f"a body has at most {self._most} bytes"

    def _counting(self, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                # The framework lets its own exception pass while it reads a body.
                raise HTTPException(413, self._words)
            return message

        return counted

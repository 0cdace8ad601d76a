"""The webhook receiver: verifies each signature and prints what the person on call sees."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.demo.layout import Layout
from monitor.demo.names import RECEIVER
from monitor.demo.serving import serve

# The platform's own time; China keeps one offset all year.
BEIJING = timezone(timedelta(hours=8))


class Receiver:
    """Keeps every webhook that arrives; duplicates are kept too, so that tests see them."""

    def __init__(self, secret: str, record: Path) -> None:
        self._webhook = Webhook(secret)
        self._record = record

    async def hook(self, request: Request) -> Response:
        """Take one webhook: 204 when its signature is right, else 401."""
        raw = await request.body()
        verified = self._verify(raw, request.headers)
        body = _parse(raw)
        received = {
            "received_at": datetime.now(BEIJING).isoformat(timespec="milliseconds"),
            "verified": verified,
            "id": request.headers.get("webhook-id", ""),
            "type": str(body.get("type", "")),
            "body": body,
        }
        self._keep(received)
        print(on_call_line(received), flush=True)
        if verified:
            return Response(status_code=204)
        return JSONResponse({"error": "the signature does not match"}, status_code=401)

    async def healthz(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    def _verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        try:
            self._webhook.verify(raw, dict(headers))
        except (WebhookVerificationError, ValueError):
            return False
        return True

    def _keep(self, received: Mapping[str, Any]) -> None:
        with self._record.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(received, ensure_ascii=False) + "\n")


def _parse(raw: bytes) -> dict[str, Any]:
    """Read the body; what is not a JSON object is shown as an empty one."""
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def on_call_line(received: Mapping[str, Any]) -> str:
    """Say on one line what happened, for somebody who was just woken up."""
    body = received["body"]
    data = body.get("data")
    data = data if isinstance(data, Mapping) else {}
    where = ", ".join(map(str, data.get("components") or ())) or "-"
    users = ", ".join(map(str, data.get("services") or ())) or "-"
    facts = [
        _clock(body.get("timestamp"), received["received_at"]),
        "on call:",
        str(received["type"] or "unreadable"),
        *(str(data[key]) for key in ("id", "status", "severity", "cause", "kind") if data.get(key)),
        f"components: {where}",
        f"services: {users}",
        "signature ✓" if received["verified"] else "signature ✗",
    ]
    return "  ".join(facts)


def _clock(stamp: object, otherwise: str) -> str:
    try:
        at = datetime.fromisoformat(str(stamp))
    except ValueError:
        at = datetime.fromisoformat(otherwise)
    return at.astimezone(BEIJING).strftime("%H:%M:%S")


def make_app(layout: Layout, _: str) -> ASGIApp:
    """Build the application with the secret that the monitor shares."""
    secret = layout.webhook_secret.read_text(encoding="utf-8").strip()
    receiver = Receiver(secret, layout.webhooks)
    return Starlette(
        routes=[
            Route("/hook", receiver.hook, methods=["POST"]),
            Route("/healthz", receiver.healthz),
        ]
    )


if __name__ == "__main__":
    serve(make_app, RECEIVER)

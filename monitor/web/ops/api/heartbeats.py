"""Heartbeats: jobs say that they have run; each check has a token of its own for them."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse

from monitor.web.ops.api.access import Backend, answer
from monitor.web.ops.bodies import HeartbeatBody

router = APIRouter(prefix="/heartbeats", tags=["heartbeats"])


@router.post("/{check}")
async def beat(
    check: str,
    backend: Backend,
    body: HeartbeatBody | None = None,
    authorization: Annotated[str, Header()] = "",
) -> JSONResponse:
    """Report that a job has run, with the token of its own check."""
    scheme, _, token = authorization.partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    await backend.beat(check, given, (body or HeartbeatBody()).beat())
    return answer({"check": check, "heard": True})

"""Maintenance windows: list, schedule, extend, complete, cancel."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from monitor.model.events import Json
from monitor.model.payloads import window_payload
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.bodies import ExtendBody, SignedBody, WindowBody

router = APIRouter(prefix="/maintenance", tags=["maintenance"])


@router.get("")
async def windows(
    backend: Backend,
    open_only: Annotated[bool, Query(alias="open")] = False,  # noqa: FBT002 - a query parameter
    limit: Limit = 100,
) -> JSONResponse:
    """List windows, newest first; `open` leaves out those that have ended."""
    found = await backend.windows(open_only=open_only, limit=limit)
    objects: list[Json] = [window_payload(each) for each in found]
    return answer(objects)


@router.post("", status_code=201)
async def schedule(body: WindowBody, backend: Backend) -> JSONResponse:
    """Schedule a window; the same wish twice is one window."""
    return answer(window_payload(await backend.schedule_window(body.wish())), status=201)


@router.get("/{window_id}")
async def window(window_id: str, backend: Backend) -> JSONResponse:
    """Show one window."""
    return answer(window_payload(await backend.window(window_id)))


@router.post("/{window_id}/extend")
async def extend(window_id: str, body: ExtendBody, backend: Backend) -> JSONResponse:
    """Move the end of a window."""
    return answer(window_payload(await backend.extend_window(window_id, body.end, body.by)))


@router.post("/{window_id}/complete")
async def complete(
    window_id: str, backend: Backend, body: SignedBody | None = None
) -> JSONResponse:
    """End a window on a person's word."""
    return answer(window_payload(await backend.complete_window(window_id, _by(body))))


@router.post("/{window_id}/cancel")
async def cancel(window_id: str, backend: Backend, body: SignedBody | None = None) -> JSONResponse:
    """Call a window off."""
    return answer(window_payload(await backend.cancel_window(window_id, _by(body))))


def _by(body: SignedBody | None) -> str:
    return "" if body is None else body.by

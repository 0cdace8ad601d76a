"""Serves the operations page, the page of one incident, and their style sheet."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.notice import NoticeState
from monitor.web.ops.api.access import Backend
from monitor.web.ops.backend import OpsBackend
from monitor.web.ops.errors import NotFoundError, UnavailableError
from monitor.web.ops.page.access import HEADERS, PagesOf
from monitor.web.ops.page.incident_view import incident_detail
from monitor.web.ops.page.overview import Stored, overview, wording_of

RECENT_INCIDENTS = 10
MOST_DELIVERIES = 20
MOST_DRAFTS = 20

router = APIRouter(include_in_schema=False)


@router.get("/")
async def operations(backend: Backend, pages: PagesOf) -> HTMLResponse:
    """Show everything at a glance; what is in memory is shown even without a store."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    stored = await _stored(backend)
    view = await asyncio.to_thread(overview, snapshot, configuration, stored)
    return HTMLResponse(await asyncio.to_thread(pages.overview, view), headers=HEADERS)


@router.get("/incidents/{incident_id}")
async def incident(incident_id: str, backend: Backend, pages: PagesOf) -> HTMLResponse:
    """Show one incident with its evidence and all that was told of it."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    try:
        record = await backend.incident(incident_id)
    except (NotFoundError, UnavailableError) as error:
        return HTMLResponse(pages.message(str(error)), status_code=error.status, headers=HEADERS)
    wording = wording_of(configuration, snapshot)
    view = incident_detail(record, configuration, wording)
    return HTMLResponse(pages.incident(view, wording), headers=HEADERS)


@router.get("/assets/operations.css")
async def style() -> Response:
    """Give the style sheet of both pages."""
    text = files("monitor.web.ops.page").joinpath("templates/operations.css").read_text("utf-8")
    return Response(text, media_type="text/css", headers={"cache-control": "max-age=300"})


async def _stored(backend: OpsBackend) -> Stored:
    try:
        recent = await backend.incidents(open_only=False, limit=RECENT_INCIDENTS, before=None)
        waiting = await backend.notices(limit=MOST_DRAFTS, state=NoticeState.PENDING)
        return Stored(recent=recent, deliveries=await _troubled(backend), waiting=waiting)
    except UnavailableError:
        return Stored(is_readable=False)


async def _troubled(backend: OpsBackend) -> Sequence[Delivery]:
    """Return dead letters, and what was tried in vain so far."""
    dead = await backend.deliveries(status=DeliveryStatus.DEAD, limit=MOST_DELIVERIES)
    pending = await backend.deliveries(status=DeliveryStatus.PENDING, limit=MOST_DELIVERIES)
    return [*(each for each in pending if each.attempts), *dead][:MOST_DELIVERIES]

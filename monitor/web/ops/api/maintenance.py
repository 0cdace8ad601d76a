"""Maintenance windows and series: list, plan, approve, and say how the work goes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import Json
from monitor.model.payloads import window_payload
from monitor.web.ops.api.access import Backend, Limit, answer
from monitor.web.ops.bodies import SignedBody
from monitor.web.ops.maintenance_bodies import (
    ExtendBody,
    RescheduleBody,
    SeriesBody,
    WindowBody,
)
from monitor.web.ops.payloads import (
    planned_payload,
    series_record_payload,
    window_record_payload,
)

router = APIRouter(prefix="/maintenance", tags=["maintenance"])


async def policy_of(backend: Backend) -> MaintenancePolicy:
    return (await backend.configuration()).maintenance


Policy = Annotated[MaintenancePolicy, Depends(policy_of)]


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
async def schedule(body: WindowBody, backend: Backend, policy: Policy) -> JSONResponse:
    """Schedule a window; the same wish twice is one window."""
    window = await backend.schedule_window(body.wish())
    return answer(planned_payload(window, policy), status=201)


@router.get("/series")
async def series(backend: Backend, policy: Policy) -> JSONResponse:
    """List the series in force, of the configuration and of people, with their windows."""
    found = await backend.series()
    objects: list[Json] = [series_record_payload(each, policy) for each in found]
    return answer(objects)


@router.post("/series", status_code=201)
async def schedule_series(body: SeriesBody, backend: Backend, policy: Policy) -> JSONResponse:
    """Schedule windows that recur; the same wish twice is one series."""
    zone = (await backend.configuration()).platform.time_zone
    record = await backend.schedule_series(body.wish(zone))
    return answer(series_record_payload(record, policy), status=201)


@router.post("/series/{series_id}/end")
async def end_series(
    series_id: str, backend: Backend, policy: Policy, body: SignedBody | None = None
) -> JSONResponse:
    """Plan no more windows of a series, and call those off that have not begun."""
    record = await backend.end_series(series_id, _by(body))
    return answer(series_record_payload(record, policy))


@router.get("/{window_id}")
async def window(window_id: str, backend: Backend, policy: Policy) -> JSONResponse:
    """Show one window with its history."""
    return answer(window_record_payload(await backend.window(window_id), policy))


@router.post("/{window_id}/approve")
async def approve(
    window_id: str, backend: Backend, policy: Policy, body: SignedBody | None = None
) -> JSONResponse:
    """Schedule a draft."""
    return answer(planned_payload(await backend.approve_window(window_id, _by(body)), policy))


@router.post("/{window_id}/reschedule")
async def reschedule(
    window_id: str, body: RescheduleBody, backend: Backend, policy: Policy
) -> JSONResponse:
    """Move a window that has not begun."""
    moved = await backend.reschedule_window(window_id, body.start, body.end, body.by)
    return answer(planned_payload(moved, policy))


@router.post("/{window_id}/extend")
async def extend(window_id: str, body: ExtendBody, backend: Backend) -> JSONResponse:
    """Move the end of a window."""
    return answer(window_payload(await backend.extend_window(window_id, body.end, body.by)))


@router.post("/{window_id}/verify")
async def verify(window_id: str, backend: Backend, body: SignedBody | None = None) -> JSONResponse:
    """Say that the work is done, and let green probes complete the window."""
    return answer(window_payload(await backend.verify_window(window_id, _by(body))))


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

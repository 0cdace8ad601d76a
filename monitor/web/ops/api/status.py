"""What is known now: status, checks, their probes and mutes on demand, and the diagnosis."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from monitor.model.events import Json
from monitor.model.snapshot import Snapshot
from monitor.web.ops.api.access import Backend, answer
from monitor.web.ops.errors import NotFoundError
from monitor.web.ops.incident_bodies import MuteBody, UnmuteBody
from monitor.web.ops.payloads import (
    check_payload,
    finding_payload,
    observation_payload,
    status_payload,
)

router = APIRouter(tags=["status"])


def _status(snapshot: Snapshot) -> JSONResponse:
    return answer(status_payload(snapshot))


@router.get("/status")
async def status(backend: Backend) -> JSONResponse:
    """Show services, components and checks as they are now, and the monitor's own faults."""
    # With ten thousand checks this is long enough to make the loop late.
    return await asyncio.to_thread(_status, await backend.snapshot())


@router.get("/platform")
async def platform(backend: Backend) -> JSONResponse:
    """Show what is true of the platform as a whole: the zone in which its people read times."""
    return answer({"time_zone": (await backend.configuration()).platform.time_zone})


@router.get("/checks/{name}")
async def check(name: str, backend: Backend) -> JSONResponse:
    """Show one check with its last observation."""
    snapshot = await backend.snapshot()
    found = snapshot.checks.get(name)
    if found is None:
        raise NotFoundError(f"no check {name!r}")
    return answer(check_payload(snapshot, found))


@router.post("/checks/{name}/probe")
async def probe(name: str, backend: Backend) -> JSONResponse:
    """Probe now; the observation counts like any other."""
    return answer(observation_payload(await backend.probe_now(name)))


@router.post("/checks/{name}/mute")
async def mute(name: str, body: MuteBody, backend: Backend) -> JSONResponse:
    """Take nothing from a check for a while; it goes on being probed and recorded."""
    await backend.mute_check(name, body.by, body.reason, body.seconds)
    return await check(name, backend)


@router.post("/checks/{name}/unmute")
async def unmute(name: str, body: UnmuteBody, backend: Backend) -> JSONResponse:
    """Hear a check again before its mute is over."""
    await backend.unmute_check(name, body.by)
    return await check(name, backend)


@router.get("/diagnose")
async def diagnose(backend: Backend) -> JSONResponse:
    """Judge every component that is not well, with the evidence for it."""
    findings: list[Json] = [finding_payload(each) for each in await backend.diagnose()]
    return answer(findings)

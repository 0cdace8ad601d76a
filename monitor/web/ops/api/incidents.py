"""Incidents: list, show, acknowledge."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from monitor.model.events import Json
from monitor.model.payloads import incident_payload
from monitor.web.ops.api.access import Backend, Limit, LinksTo, answer
from monitor.web.ops.bodies import AcknowledgeBody
from monitor.web.ops.payloads import record_payload

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.get("")
async def incidents(
    backend: Backend,
    links: LinksTo,
    open_only: Annotated[bool, Query(alias="open")] = False,  # noqa: FBT002 - a query parameter
    limit: Limit = 100,
    before: str | None = None,
) -> JSONResponse:
    """List incidents, newest first; `before` is the id of the last one already seen."""
    found = await backend.incidents(open_only=open_only, limit=limit, before=before)
    objects: list[Json] = [links.incident(incident_payload(each)) for each in found]
    return answer(objects)


@router.get("/{incident_id}")
async def incident(incident_id: str, backend: Backend, links: LinksTo) -> JSONResponse:
    """Show one incident with its events, deliveries and notices."""
    return answer(record_payload(await backend.incident(incident_id), links))


@router.post("/{incident_id}/ack")
async def acknowledge(
    incident_id: str, body: AcknowledgeBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """Note that a person has taken the incident on; the first one counts."""
    incident = await backend.acknowledge(incident_id, body.by)
    return answer(links.incident(incident_payload(incident)))

"""Incidents: list, show, and all that people do to them."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from monitor.model.events import Json
from monitor.model.incident import Incident
from monitor.model.payloads import incident_payload
from monitor.publish.alerts.links import Links
from monitor.web.ops.api.access import Backend, Limit, LinksTo, answer
from monitor.web.ops.bodies import AcknowledgeBody
from monitor.web.ops.incident_bodies import (
    IncidentBody,
    NoteBody,
    OverrideBody,
    PostmortemBody,
    ReportBody,
    ResolveBody,
)
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


@router.post("", status_code=201)
async def open_incident(body: IncidentBody, backend: Backend, links: LinksTo) -> JSONResponse:
    """Declare an incident that no probe can see; only a person resolves it."""
    return _told(await backend.open_incident(body.wish()), links, 201)


@router.get("/{incident_id}")
async def incident(incident_id: str, backend: Backend, links: LinksTo) -> JSONResponse:
    """Show one incident with its events, deliveries, notices and the reports that are due."""
    return answer(record_payload(await backend.incident(incident_id), links))


@router.post("/{incident_id}/ack")
async def acknowledge(
    incident_id: str, body: AcknowledgeBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """Note that a person has taken the incident on; the first one counts."""
    return _told(await backend.acknowledge(incident_id, body.by), links)


@router.post("/{incident_id}/resolve")
async def resolve(
    incident_id: str, body: ResolveBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """End an incident that a person declared."""
    return _told(await backend.resolve_incident(incident_id, body.by, body.reason), links)


@router.post("/{incident_id}/notes")
async def note(incident_id: str, body: NoteBody, backend: Backend, links: LinksTo) -> JSONResponse:
    """Keep a remark for operations."""
    return _told(await backend.note_incident(incident_id, body.by, body.text), links)


@router.post("/{incident_id}/override")
async def override(
    incident_id: str, body: OverrideBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """Tell another cause, severity or level than the machine's, or give that back."""
    return _told(await backend.override_incident(incident_id, body.decision()), links)


@router.post("/{incident_id}/postmortem")
async def postmortem(
    incident_id: str, body: PostmortemBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """Keep the account of an incident: a part for users, and one for operations."""
    told = await backend.account_incident(incident_id, body.by, body.public, body.internal)
    return _told(told, links)


@router.post("/{incident_id}/reports")
async def report(
    incident_id: str, body: ReportBody, backend: Backend, links: LinksTo
) -> JSONResponse:
    """Note that a person reported the incident to an authority; the first report counts."""
    told = await backend.report_incident(incident_id, body.by, body.rule, body.note)
    return _told(told, links)


def _told(incident: Incident, links: Links, status: int = 200) -> JSONResponse:
    return answer(links.incident(incident_payload(incident)), status)

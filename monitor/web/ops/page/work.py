"""The forms of the page: what people do to incidents and checks, as by the API."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from monitor.web.ops.api.access import Backend
from monitor.web.ops.backend import OpsBackend
from monitor.web.ops.bodies import AcknowledgeBody
from monitor.web.ops.errors import InvalidError, NotFoundError, OpsError, problems
from monitor.web.ops.incident_bodies import (
    IncidentBody,
    MuteBody,
    NoteBody,
    OverrideBody,
    PostmortemBody,
    ReportBody,
    ResolveBody,
    UnmuteBody,
)
from monitor.web.ops.page.access import PagesOf, Posted, SignedIn, read_form, shown
from monitor.web.ops.page.overview import wording_of
from monitor.web.ops.page.pages import Pages
from monitor.web.ops.page.work_view import FACTS, check_view, opening_view, work_view

Step = Callable[[OpsBackend, str, Posted], Awaitable[object]]

router = APIRouter(include_in_schema=False)


@router.get("/incidents/{incident_id}/act")
async def forms(incident_id: str, backend: Backend, pages: PagesOf, session: SignedIn) -> Response:
    """Show what can be done to one incident; this page does not reload."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    try:
        record = await backend.incident(incident_id)
    except OpsError as error:
        return shown(pages.message(str(error)), error.status)
    view = work_view(record, configuration, wording_of(configuration, snapshot))
    return shown(pages.work(view, session))


@router.get("/open")
async def opening(backend: Backend, pages: PagesOf, session: SignedIn) -> Response:
    """Show the form for an incident that no probe can see."""
    return shown(pages.opening(opening_view(await backend.configuration()), session))


@router.get("/checks/{name}")
async def check(name: str, backend: Backend, pages: PagesOf, session: SignedIn) -> Response:
    """Show one check, and the form that mutes it."""
    snapshot, configuration = await backend.snapshot(), await backend.configuration()
    view = check_view(snapshot, name, wording_of(configuration, snapshot))
    if view is None:
        return shown(pages.message(f"no check {name!r}"), 404)
    return shown(pages.check(view, session))


@router.post("/do/incidents")
async def open_incident(request: Request, backend: Backend, pages: PagesOf) -> Response:
    """Open an incident by hand and show it."""

    async def done(posted: Posted) -> str:
        zone = ZoneInfo((await backend.configuration()).platform.time_zone)
        body = IncidentBody.model_validate(
            {
                **posted.given("cause", "subcause", "severity", "impact"),
                "services": posted.fields.get("service", []),
                "components": posted.fields.get("component", []),
                "title": posted.texts("title"),
                "regulatory": _facts(posted, zone) or None,
                "by": posted.person,
            }
        )
        return f"/incidents/{(await backend.open_incident(body.wish())).id}"

    return await answered(request, pages, "/open", done)


@router.post("/do/incidents/{incident_id}/{step}")
async def work(
    incident_id: str, step: str, request: Request, backend: Backend, pages: PagesOf
) -> Response:
    """Take one step on an incident and show it."""

    async def done(posted: Posted) -> str:
        take = STEPS.get(step)
        if take is None:
            raise NotFoundError(f"no step {step!r}")
        await take(backend, incident_id, posted)
        return f"/incidents/{incident_id}"

    return await answered(request, pages, f"/incidents/{incident_id}/act", done)


@router.post("/do/checks/{name}/{step}")
async def silence(
    name: str, step: str, request: Request, backend: Backend, pages: PagesOf
) -> Response:
    """Mute a check, or hear it again."""

    async def done(posted: Posted) -> str:
        if step == "mute":
            body = MuteBody.model_validate(
                {**posted.given("reason", "seconds"), "by": posted.person}
            )
            await backend.mute_check(name, body.by, body.reason, body.seconds)
        elif step == "unmute":
            await backend.unmute_check(name, UnmuteBody(by=posted.person).by)
        else:
            raise NotFoundError(f"no step {step!r}")
        return f"/checks/{name}"

    return await answered(request, pages, f"/checks/{name}", done)


async def answered(
    request: Request, pages: Pages, form: str, done: Callable[[Posted], Awaitable[str]]
) -> Response:
    """Carry out a form and lead to where its result is seen, or say why not and where it stands."""
    wrote: tuple[tuple[str, str], ...] = ()
    try:
        posted = await read_form(request)
        wrote = tuple(posted.wrote())
        return RedirectResponse(await done(posted), status_code=303)
    except ValidationError as error:
        return shown(pages.refused(problems(error.errors()), form, wrote), 422)
    except OpsError as error:
        return shown(pages.refused(str(error), form, wrote), error.status)


def _facts(posted: Posted, zone: ZoneInfo) -> dict[str, object]:
    """Return the facts of a rule that were filled in; times are those of the platform."""
    texts = {key: text for key, _ in FACTS if (text := posted.texts(key))}
    times = posted.given("effective_from", "act_before")
    try:
        moments = {
            key: datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
            for key, text in times.items()
        }
    except ValueError as error:
        raise InvalidError("expected a time such as 2026-01-10T00:30") from error
    return {**texts, **moments}


async def _acknowledge(backend: OpsBackend, id_: str, posted: Posted) -> None:
    await backend.acknowledge(id_, AcknowledgeBody(by=posted.person).by)


async def _resolve(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = ResolveBody(by=posted.person, reason=posted.text("reason"))
    await backend.resolve_incident(id_, body.by, body.reason)


async def _note(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = NoteBody(by=posted.person, text=posted.text("text"))
    await backend.note_incident(id_, body.by, body.text)


async def _override(backend: OpsBackend, id_: str, posted: Posted) -> None:
    given = posted.given("cause", "subcause", "severity", "level", "reason")
    if not {"cause", "severity", "level"} & given.keys():
        raise InvalidError("name a cause, a severity or a level")
    body = OverrideBody.model_validate({**given, "by": posted.person})
    await backend.override_incident(id_, body.decision())


async def _lift(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = OverrideBody(by=posted.person, reason=posted.text("reason"))
    await backend.override_incident(id_, body.decision())


async def _postmortem(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = PostmortemBody(
        by=posted.person, public=posted.texts("public"), internal=posted.text("internal")
    )
    await backend.account_incident(id_, body.by, body.public, body.internal)


async def _report(backend: OpsBackend, id_: str, posted: Posted) -> None:
    body = ReportBody(by=posted.person, rule=posted.text("rule"), note=posted.text("note"))
    await backend.report_incident(id_, body.by, body.rule, body.note)


STEPS: dict[str, Step] = {
    "acknowledge": _acknowledge,
    "resolve": _resolve,
    "note": _note,
    "override": _override,
    "lift": _lift,
    "postmortem": _postmortem,
    "report": _report,
}

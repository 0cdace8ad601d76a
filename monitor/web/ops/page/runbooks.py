"""Shows the runbooks that ship with the monitor, in the reader's language."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.model.cause import Cause
from monitor.web.language import choose_locale
from monitor.web.ops.page.access import HEADERS, PagesOf
from monitor.web.ops.page.runbook_view import LANGUAGES, runbook_view

router = APIRouter(include_in_schema=False)


@router.get("/runbooks/{cause}")
async def runbook(
    cause: str, request: Request, pages: PagesOf, lang: str | None = None
) -> HTMLResponse:
    """Show what to do about *cause*; *lang* goes before what the browser asks for."""
    headers = {**HEADERS, "vary": "Accept-Language"}
    if cause not in set(Cause):
        text = pages.message("there is no such runbook")
        return HTMLResponse(text, status_code=404, headers=headers)
    accepted = request.headers.get("accept-language", "")
    locale = choose_locale(lang, accepted, tuple(LANGUAGES), "en")
    return HTMLResponse(pages.runbook(runbook_view(Cause(cause), locale)), headers=headers)

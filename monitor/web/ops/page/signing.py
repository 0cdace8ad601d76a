"""Signing in on the page with the token, and out again."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from monitor.web.ops.errors import OpsError
from monitor.web.ops.page.access import (
    PagesOf,
    SessionsOf,
    SignedIn,
    read_fields,
    read_form,
    shown,
)
from monitor.web.ops.sessions import COOKIE, LASTS, LONGEST_NAME

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def form(pages: PagesOf, session: SignedIn, to: str = "/") -> Response:
    """Ask for a name and the token."""
    return shown(pages.sign_in(session, _here(to), ""))


@router.post("/do/sign-in")
async def sign_in(request: Request, pages: PagesOf, sessions: SessionsOf) -> Response:
    """Sign a person in who knows the token."""
    try:
        fields = await read_fields(request)
    except OpsError as error:
        return shown(pages.message(str(error)), error.status)
    person = fields.get("person", [""])[0].strip()
    to = _here(fields.get("to", ["/"])[0])
    if not person or len(person) > LONGEST_NAME:
        return shown(pages.sign_in(None, to, "Say who you are: it stands in the history."), 422)
    if not sessions.is_token(fields.get("token", [""])[0]):
        return shown(pages.sign_in(None, to, "That is not the token.", person), 401)
    response = RedirectResponse(to, status_code=303)
    response.set_cookie(
        COOKIE,
        sessions.open(person),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/do/sign-out")
async def sign_out(request: Request, pages: PagesOf) -> Response:
    """Sign out in this browser."""
    try:
        await read_form(request)
    except OpsError as error:
        return shown(pages.message(str(error)), error.status)
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _here(to: str) -> str:
    """Return *to* where it is a path of this page; elsewhere nobody is sent."""
    is_path = to.startswith("/") and not to.startswith(("//", "/\\"))
    return to if is_path and to.isprintable() else "/"

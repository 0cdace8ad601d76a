"""What every page needs: the templates, who is signed in, a safe answer, and a form's fields."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from monitor.web.ops.errors import OpsError, UnauthorizedError
from monitor.web.ops.page.pages import Pages
from monitor.web.ops.sessions import COOKIE, Session, Sessions

# No script, nothing from elsewhere, in no frame: the page shows what others wrote.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": CONTENT_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
MOST_FIELDS = 200
# The hidden field with the session's mark.
MARK = "mark"


def pages_of(request: Request) -> Pages:
    return cast("Pages", request.app.state.pages)


def sessions_of(request: Request) -> Sessions:
    return cast("Sessions", request.app.state.sessions)


def session_of(request: Request) -> Session | None:
    return sessions_of(request).read(request.cookies.get(COOKIE, ""))


PagesOf = Annotated[Pages, Depends(pages_of)]
SessionsOf = Annotated[Sessions, Depends(sessions_of)]
SignedIn = Annotated[Session | None, Depends(session_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form as it came: who sent it, and its fields."""

    person: str
    fields: Mapping[str, Sequence[str]]

    def text(self, name: str) -> str:
        """Return the one value of a field, with the line ends of this system."""
        values = self.fields.get(name, ())
        return values[0].replace("\r\n", "\n").strip() if values else ""

    def given(self, *names: str) -> dict[str, str]:
        """Return the fields that were filled in."""
        return {name: text for name in names if (text := self.text(name))}

    def wrote(self) -> Iterator[tuple[str, str]]:
        """Yield the fields that were filled in, but for the mark."""
        for name, values in self.fields.items():
            if name != MARK and (text := ", ".join(filter(None, values))):
                yield name, text

    def texts(self, prefix: str) -> dict[str, str]:
        """Return what was written per locale into the fields `prefix:locale`."""
        locales = [
            name.removeprefix(f"{prefix}:") for name in self.fields if name.startswith(f"{prefix}:")
        ]
        return {each: text for each in locales if (text := self.text(f"{prefix}:{each}"))}


async def read_fields(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form."""
    try:
        text = (await request.body()).decode("ascii")
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise OpsError("the form cannot be read") from error


async def read_form(request: Request) -> Posted:
    """Return a form of a person who is signed in; one without the session's mark is refused."""
    session, fields = session_of(request), await read_fields(request)
    mark = fields.get(MARK, [""])[0]
    if session is None or not hmac.compare_digest(mark.encode(), session.mark.encode()):
        raise UnauthorizedError("this form is not of your session; sign in and try again")
    return Posted(person=session.person, fields=fields)


def shown(text: str, status: int = 200) -> HTMLResponse:
    """Return a page that no cache keeps and no other site can show."""
    return HTMLResponse(text, status_code=status, headers=HEADERS)

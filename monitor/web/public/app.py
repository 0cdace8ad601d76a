"""The public listener's ASGI application: routes to documents that are already rendered."""

import json
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.web.language import choose_locale
from monitor.web.public.answering import FOREVER, FRESH, NEVER, OPEN, SAFETY, send
from monitor.web.public.asking import (
    QuestionError,
    answer_to,
    as_json,
    field_time,
    on_page,
    read_question,
)
from monitor.web.public.documents import HTML, JSON, Documents, load_static
from monitor.web.public.front import Front
from monitor.web.public.limit import AddressLimit, TokenBuckets
from monitor.web.public.limiting import visitor_of
from monitor.web.public.site import Document, PublicSite
from monitor.web.public.statuspage import DOCUMENTS
from monitor.web.public.subscribing import LATER, SubscribingPages, Subscriptions
from monitor.web.public.view import PublicView

log = structlog.get_logger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]
API = "/api/"
# Details of a refusal that have words of their own; others are for programs.
TOLD = frozenset({LATER})
WORDS_OF = {404: "not_found", 405: "not_allowed", 429: "too_many", 503: "starting"}
QUESTIONS_PER_SECOND = 100
QUESTIONS_AT_ONCE = 200


def create_public_app(site: PublicSite, subscriptions: Subscriptions | None = None) -> Starlette:
    """Return the application that shows *site* and, with *subscriptions*, takes subscribers."""
    static = load_static()
    documents = Documents(static, lambda: bool(subscriptions and subscriptions.requests_per_minute))
    desk = _Desk(site, documents, static)
    routes = {
        "/": desk.show("index"),
        "/incidents/{argument}": desk.show("incident"),
        "/maintenance": desk.show("maintenance"),
        "/maintenance/{argument}": desk.show("window"),
        "/history": desk.history,
        "/history/{argument}": desk.show("history"),
        "/why": desk.why,
        "/feed.atom": desk.show("atom", OPEN),
        "/feed.rss": desk.show("rss", OPEN),
        "/maintenance.ics": desk.show("ics", OPEN),
        "/badge/{argument}.svg": desk.show("badge", OPEN),
        "/api/v1/why": desk.why_json,
        **{f"/api/v2/{name}.json": desk.show("api", OPEN, name) for name in DOCUMENTS},
        "/static/{argument}": desk.file,
    }
    pages = [Route(path, endpoint) for path, endpoint in routes.items()]
    if subscriptions is not None:
        pages += SubscribingPages(site, documents, subscriptions, desk.locale).routes()
    return Starlette(
        routes=pages,
        middleware=[
            Middleware(AddressLimit),
            Middleware(Front, site=site, documents=documents),
        ],
        exception_handlers={HTTPException: desk.refused, Exception: desk.crashed},
    )


class _Desk:
    """Answers requests out of the site."""

    def __init__(
        self, site: PublicSite, documents: Documents, static: Mapping[str, Document]
    ) -> None:
        self._site = site
        self._documents = documents
        self._static = static
        # What is computed per question must not keep the loop from probing.
        self._questions = TokenBuckets(per_second=QUESTIONS_PER_SECOND, burst=QUESTIONS_AT_ONCE)
        # One visitor alone cannot use up what there is for all.
        self._own = TokenBuckets(per_second=QUESTIONS_PER_SECOND / 2, burst=QUESTIONS_AT_ONCE // 2)

    def show(
        self, kind: str, headers: Mapping[str, str] | None = None, argument: str = ""
    ) -> Endpoint:
        """Return the endpoint of a kind of document."""

        async def endpoint(request: Request) -> Response:
            asked = argument or request.path_params.get("argument", "")
            return self._send(request, kind, asked, headers or {})

        return endpoint

    async def history(self, request: Request) -> Response:
        """Show a month of the past, the present one where none is asked for."""
        return self._send(request, "history", request.query_params.get("month", ""), {})

    def _send(
        self, request: Request, kind: str, argument: str, headers: Mapping[str, str]
    ) -> Response:
        key = (kind, argument, self.locale(request))
        document = self._site.document(self._documents.kinds, key)
        if document is None:
            raise HTTPException(404) if self._site.view() else _starting()
        return send(request, document, {**FRESH, **headers})

    async def file(self, request: Request) -> Response:
        """Send a static file."""
        document = self._static.get(request.path_params["argument"])
        if document is None:
            raise HTTPException(404)
        asked = request.query_params.get("v")
        return send(request, document, FOREVER if asked == document.etag else FRESH)

    async def why(self, request: Request) -> Response:
        """Show the question and, once something is asked, its answer."""
        view = self._admitted(request)
        phrases = self._site.phrases(view, self.locale(request))
        asked = request.query_params
        chosen = asked.get("service", "")
        try:
            question = read_question(view, chosen, asked.get("at", ""))
            found = answer_to(question, view, self._site.clock.now())
            shown = on_page(view, phrases, found, chosen=chosen, at=field_time(question, view))
        except QuestionError as error:
            shown = on_page(view, phrases, None, chosen=chosen, problem=error.word)
        page = self._documents.page("why.html", **shown)
        return send(request, Document.of(page.encode(), HTML), FRESH)

    async def why_json(self, request: Request) -> Response:
        """Answer the same question for programs."""
        view = self._admitted(request)
        phrases = self._site.phrases(view, self.locale(request))
        asked = request.query_params
        try:
            question = read_question(view, asked.get("service", ""), asked.get("at", ""))
        except QuestionError as error:
            status = 404 if error.word == "why_unknown_service" else 400
            raise HTTPException(status, phrases.plain(error.word)) from error
        found = answer_to(question, view, self._site.clock.now())
        body = json.dumps(as_json(found, view, phrases), ensure_ascii=False).encode()
        return send(request, Document.of(body, JSON), {**FRESH, **OPEN})

    def refused(self, request: Request, error: Exception) -> Response:
        """Answer what cannot be answered otherwise: 404, 405, 503 and such."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = error.detail if isinstance(error, HTTPException) else ""
        headers = getattr(error, "headers", None) or {}
        word = detail if detail in TOLD else WORDS_OF.get(status, "error")
        if request.url.path.startswith(API):
            return _json_error(status, word, detail, headers)
        locale = self.locale(request)
        words = self._site.words(locale)
        page = self._documents.page(
            "message.html",
            locale=locale,
            heading=words[word],
            text=words[f"{word}_text"],
            back=words["back"],
        )
        sent = {**SAFETY, **NEVER, "Vary": "Accept-Language", **headers}
        return Response(page, status, headers=sent, media_type=HTML)

    def crashed(self, request: Request, error: Exception) -> Response:
        """Answer when we ourselves failed; the server logs the traceback, too."""
        log.error("public_page_failed", path=request.url.path, exc_info=error)
        return self.refused(request, HTTPException(500))

    def _admitted(self, request: Request) -> PublicView:
        """Return the view for an answer that is computed; 429 where too many are asked for."""
        now, visitor = self._site.clock.monotonic(), visitor_of(request)
        if not (self._own.take(visitor, now) and self._questions.take("all", now)):
            raise HTTPException(429, headers={"Retry-After": "1"})
        view = self._site.view()
        if view is None:
            raise _starting()
        return view

    def locale(self, request: Request) -> str:
        """Return the language that a visitor reads."""
        available = self._site.locales()
        accepted = request.headers.get("accept-language", "")
        return choose_locale(request.query_params.get("lang"), accepted, available, available[0])


def _starting() -> HTTPException:
    return HTTPException(503, headers={"Retry-After": "5"})


def _json_error(status: int, code: str, detail: str, headers: Mapping[str, str]) -> Response:
    body = json.dumps({"error": {"code": code, "message": detail}}, ensure_ascii=False)
    sent = {**SAFETY, **NEVER, **OPEN, **headers}
    return Response(body, status, headers=sent, media_type=JSON)

"""Pages on which visitors subscribe to mail, confirm and leave; they work without JavaScript."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar
from urllib.parse import parse_qs

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.model.mail import Confirmation, Subscriber
from monitor.publish.mail.addresses import read_address
from monitor.web.public.answering import NEVER, SAFETY
from monitor.web.public.documents import FOLDER, HTML, Documents
from monitor.web.public.limiting import FormLimit, visitor_of
from monitor.web.public.phrases import Phrases, load_words
from monitor.web.public.site import PublicSite
from monitor.web.public.view import PublicView

log = structlog.get_logger(__name__)

T = TypeVar("T")

# The word for what may succeed when it is tried again.
LATER = "later"
MOST_BYTES = 8_192
MOST_FIELDS = 200
# A store that hangs must not hold a visitor.
PATIENCE_SECONDS = 10.0
# Nobody finds a page by search that holds a token.
PRIVATE = {**SAFETY, **NEVER, "Vary": "Accept-Language", "X-Robots-Tag": "noindex"}


class Subscriptions(Protocol):
    """Who keeps wishes and subscribers; it never says whether an address is known."""

    @property
    def requests_per_minute(self) -> int:
        """How many forms all visitors together may send in a minute; 0 while none are taken."""
        ...

    async def ask(self, address: str, services: tuple[str, ...], locale: str) -> None: ...

    async def wish(self, token: str) -> Confirmation | None: ...

    async def confirm(self, token: str) -> Subscriber | None: ...

    def may_unsubscribe(self, token: str) -> bool: ...

    async def unsubscribe(self, token: str) -> bool: ...


class SubscribingPages:
    """Answers the forms; what it shows is never cached."""

    def __init__(
        self,
        site: PublicSite,
        documents: Documents,
        subscriptions: Subscriptions,
        locale_of: Callable[[Request], str],
    ) -> None:
        self._site = site
        self._documents = documents
        self._subscriptions = subscriptions
        self._locale_of = locale_of
        self._words = load_words(FOLDER / "words" / "subscribing")
        self._limit = FormLimit(1)

    def routes(self) -> Sequence[Route]:
        """Return the routes of all these pages."""
        pages = {
            "/subscribe": (self.form, self.ask),
            "/subscribe/confirm/{token}": (self.offer, self.confirm),
            "/unsubscribe/{token}": (self.leaving, self.leave),
        }
        return [
            Route(path, endpoint, methods=[method])
            for path, both in pages.items()
            for method, endpoint in zip(("GET", "POST"), both, strict=True)
        ]

    async def form(self, request: Request) -> Response:
        """Show the form, or that a mail is on its way."""
        self._open()
        if "sent" in request.query_params:
            return self._result(request, "subscribe_sent")
        return self._form(request)

    async def ask(self, request: Request) -> Response:
        """Take a wish; the answer is the same whether or not the address is known."""
        self._open()
        fields = await _fields(request)
        typed = fields.get("address", [""])[0]
        view = self._present()
        known = {each.name for each in view.services}
        chosen = tuple(each for each in dict.fromkeys(fields.get("service", [])) if each in known)
        if wait := self._wait(request):
            return self._form(request, typed, chosen, "subscribe_too_often", 429, wait)
        address = read_address(typed)
        if address is None:
            return self._form(request, typed, chosen, "subscribe_bad_address", 422)
        locale = self._locale_of(request)
        services = () if len(chosen) == len(known) else chosen
        await _done(self._subscriptions.ask(address, services, locale))
        return RedirectResponse(f"/subscribe?sent=1&lang={locale}", 303, headers=PRIVATE)

    async def offer(self, request: Request) -> Response:
        """Show what would be confirmed; programs that look at links in mail confirm nothing."""
        view, phrases = self._phrases(request)
        wish = await _done(self._subscriptions.wish(request.path_params["token"]))
        if wish is None:
            return self._result(request, "confirm_over", again=True, status=410)
        chosen = [each.name for each in view.services if each.name in wish.services]
        services = phrases.services(chosen) if chosen else phrases.plain("confirm_all")
        text = phrases.plain("confirm_text", services=services)
        return self._result(request, "confirm", text=text, button="confirm_button")

    async def confirm(self, request: Request) -> Response:
        """Make a subscriber of who followed the link and pressed the button."""
        if wait := self._wait(request):
            raise HTTPException(429, LATER, {"Retry-After": str(int(wait) + 1)})
        made = await _done(self._subscriptions.confirm(request.path_params["token"]))
        if made is None:
            return self._result(request, "confirm_over", again=True, status=410)
        return self._result(request, "confirmed")

    async def leaving(self, request: Request) -> Response:
        """Show the button that unsubscribes."""
        if not self._subscriptions.may_unsubscribe(request.path_params["token"]):
            raise HTTPException(404)
        return self._result(request, "unsubscribe", button="unsubscribe_button")

    async def leave(self, request: Request) -> Response:
        """Unsubscribe, for the button and for the one click of mail programs (RFC 8058)."""
        ours = await _done(self._subscriptions.unsubscribe(request.path_params["token"]))
        if not ours:
            raise HTTPException(404)
        if self._site.view() is None:
            return Response(status_code=200, headers=PRIVATE)
        return self._result(request, "unsubscribed")

    def _open(self) -> None:
        if self._subscriptions.requests_per_minute == 0:
            raise HTTPException(404)

    def _wait(self, request: Request) -> float:
        most = max(1, self._subscriptions.requests_per_minute)
        if most != self._limit.per_minute:
            # The first form, or the first after a reload.
            self._limit = FormLimit(most)
        return self._limit.take(visitor_of(request), self._site.clock.monotonic())

    def _present(self) -> PublicView:
        view = self._site.view()
        if view is None:
            raise HTTPException(503, headers={"Retry-After": "5"})
        return view

    def _phrases(self, request: Request) -> tuple[PublicView, Phrases]:
        view, locale = self._present(), self._locale_of(request)
        own = self._words.get(locale) or self._words["en"]
        return view, Phrases(view, locale, {**self._site.words(locale), **own})

    def _form(
        self,
        request: Request,
        typed: str = "",
        chosen: Sequence[str] = (),
        problem: str = "",
        status: int = 200,
        wait: float = 0.0,
    ) -> Response:
        view, phrases = self._phrases(request)
        page = self._documents.page(
            "subscribe.html",
            view=view,
            p=phrases,
            path="/subscribe",
            typed=typed,
            chosen=chosen,
            problem=problem,
        )
        headers = {**PRIVATE, "Retry-After": str(int(wait) + 1)} if wait else PRIVATE
        return Response(page, status, headers=headers, media_type=HTML)

    def _result(
        self,
        request: Request,
        key: str,
        *,
        text: str = "",
        button: str = "",
        again: bool = False,
        status: int = 200,
    ) -> Response:
        view, phrases = self._phrases(request)
        page = self._documents.page(
            "subscription.html",
            view=view,
            p=phrases,
            path=request.url.path,
            key=key,
            text=text or phrases.plain(f"{key}_text"),
            button=button,
            again=again and self._subscriptions.requests_per_minute > 0,
        )
        return Response(page, status, headers=PRIVATE, media_type=HTML)


async def _done(work: Awaitable[T]) -> T:
    """Return what *work* on the store gives; 503 where the store is away or hangs."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await work
    except Exception as error:
        log.warning("subscriptions_unavailable", error=type(error).__name__)
        raise HTTPException(503, LATER, {"Retry-After": "30"}) from error


async def _fields(request: Request) -> dict[str, list[str]]:
    """Return the fields of a small form; 413 for one that is larger than any of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        return parse_qs(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error

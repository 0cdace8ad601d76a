"""The HTTP engine: libcurl driven by the event loop, a fresh connection for every request."""

import asyncio
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pycurl

from monitor.model.observation import Phase, Stage
from monitor.probes.curl_errors import OK
from monitor.probes.http_request import Request, Trust

_MICRO = 1e-6
_TIMES = (
    pycurl.CONNECT_TIME_T,
    pycurl.APPCONNECT_TIME_T,
    pycurl.PRETRANSFER_TIME_T,
    pycurl.STARTTRANSFER_TIME_T,
    pycurl.TOTAL_TIME_T,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request brought: libcurl's code (0 is fine), status, header lines and body.

    *proxy_status* is what a proxy answered to the request for a tunnel, *verify_code* OpenSSL's
    word on the server's certificate (0: fine), *chain* its certificates (PEM) where asked for.
    """

    code: int
    message: str
    os_errno: int
    status: int
    header_lines: list[bytes]
    body: bytes
    stage: Stage
    phases: dict[Phase, float]
    is_connected: bool
    proxy_status: int = 0
    verify_code: int = 0
    chain: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether a whole answer came; a server that closes within the headers is code 0 too."""
        return self.code == OK and self.header_lines[-1:] == [b"\r\n"]


# Takes the stage that was reached and the spans until then.
OnCut = Callable[[Stage, dict[Phase, float]], None]


# When a file was written, and how long it is; None where there is none.
State = tuple[int, int] | None


class CurlEngine:
    """Sends requests to addresses that were resolved before.

    One multi handle per CA file: switching the file within one costs milliseconds per request. It
    keeps what it has read for a day, so another state of the file gets another multi.
    """

    def __init__(self) -> None:
        self._multis: dict[Trust, tuple[pycurl.AsyncCurlMulti, State]] = {}
        # Replaced, but perhaps still at work.
        self._left: list[pycurl.AsyncCurlMulti] = []

    async def perform(
        self, request: Request, address: str, timeout_seconds: float, on_cut: OnCut
    ) -> Answer:
        """Send *request* to *address*, that of the proxy where there is one.

        What goes wrong at the target is in the answer. Where the run is cancelled before there is
        one, *on_cut* is told how far the request has come.
        """
        chunks: list[bytes] = []
        lines: list[bytes] = []
        handle = pycurl.Curl()
        try:
            _prepare(handle, request, address)
            handle.setopt(pycurl.TIMEOUT_MS, max(1, int(timeout_seconds * 1000)))
            handle.setopt(pycurl.WRITEFUNCTION, chunks.append)
            handle.setopt(pycurl.HEADERFUNCTION, lines.append)
            code, message = OK, ""
            try:
                await self._multi(request).perform(handle)
            except pycurl.error as error:
                code, message = error.args
            except asyncio.CancelledError:
                on_cut(*_phases(handle, encrypted=request.is_encrypted))
                raise
            return _answer(handle, request, code, message, lines, chunks)
        finally:
            handle.close()
            await self._close_idle()

    async def close(self) -> None:
        """End all transfers and close their sockets."""
        for multi in (*self._left, *(multi for multi, _ in self._multis.values())):
            await multi.aclose()
        self._left.clear()
        self._multis.clear()

    def _multi(self, request: Request) -> pycurl.AsyncCurlMulti:
        """Return the multi for *request*; one that cannot look at its file keeps what it has."""
        trust = request.trust
        state = _state(trust.ca_file or default_ca_file()) if request.is_encrypted else None
        multi, known = self._multis.get(trust, (None, None))
        if multi is not None and known is not None and state not in (None, known):
            self._left.append(multi)
            multi = None
        if multi is None:
            multi = pycurl.AsyncCurlMulti()
        self._multis[trust] = multi, state or known
        return multi

    async def _close_idle(self) -> None:
        for multi in [each for each in self._left if not each.futures()]:
            self._left.remove(multi)
            await multi.aclose()


@cache
def default_ca_file() -> str:
    """Return the CA file of the system, where OpenSSL looks for it."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.openssl_cafile


def _state(file: str) -> State:
    try:
        status = os.stat(file)  # noqa: PTH116 - at every probe, and twice as fast as a Path
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _prepare(handle: pycurl.Curl, request: Request, address: str) -> None:
    handle.setopt(pycurl.URL, request.url)
    _prepare_way(handle, request, f"[{address}]" if ":" in address else address)
    handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.FOLLOWLOCATION, 0)
    handle.setopt(pycurl.FRESH_CONNECT, 1)
    handle.setopt(pycurl.FORBID_REUSE, 1)
    handle.setopt(pycurl.MAXFILESIZE_LARGE, request.max_body)
    handle.setopt(pycurl.USERAGENT, "availability-monitor")
    if request.is_encrypted:
        _prepare_tls(handle, request)
    if request.headers:
        handle.setopt(pycurl.HTTPHEADER, [line.encode() for line in request.headers])
    _prepare_method(handle, request)


def _prepare_way(handle: pycurl.Curl, request: Request, address: str) -> None:
    proxy = request.route.proxy
    if proxy is None:
        # The name stays in the Host header, in SNI and in the certificate's check. CURLOPT_RESOLVE
        # would put the address into the multi's cache, where checks of one name would share it.
        handle.setopt(pycurl.CONNECT_TO, [f"::{address}:{request.target.port}"])
        handle.setopt(pycurl.PROXY, "")
        return
    handle.setopt(pycurl.PROXY, f"http://{address}:{proxy.port}")
    # Without this line the environment could exempt hosts from the proxy.
    handle.setopt(pycurl.NOPROXY, "")
    if proxy.username:
        handle.setopt(pycurl.PROXYUSERNAME, proxy.username)
        handle.setopt(pycurl.PROXYPASSWORD, proxy.password)


def _prepare_tls(handle: pycurl.Curl, request: Request) -> None:
    trust = request.trust
    handle.setopt(pycurl.SSL_SESSIONID_CACHE, 0)
    handle.setopt(pycurl.CAINFO, trust.ca_file or default_ca_file())
    if not trust.verify:
        handle.setopt(pycurl.SSL_VERIFYPEER, 0)
        handle.setopt(pycurl.SSL_VERIFYHOST, 0)
    if request.certificate:
        handle.setopt(pycurl.SSLCERT, request.certificate)
        handle.setopt(pycurl.SSLKEY, request.key or request.certificate)
    if request.wants_chain:
        handle.setopt(pycurl.OPT_CERTINFO, 1)


def _prepare_method(handle: pycurl.Curl, request: Request) -> None:
    if request.body is not None:
        handle.setopt(pycurl.POSTFIELDS, request.body)
    if request.method == "HEAD":
        handle.setopt(pycurl.NOBODY, 1)
    elif request.method != "GET" or request.body is not None:
        handle.setopt(pycurl.CUSTOMREQUEST, request.method)


def _answer(
    handle: pycurl.Curl,
    request: Request,
    code: int,
    message: str,
    lines: list[bytes],
    chunks: list[bytes],
) -> Answer:
    stage, phases = _phases(handle, encrypted=request.is_encrypted)
    proxy_status = handle.getinfo(pycurl.HTTP_CONNECTCODE)
    if request.route.proxy and request.is_encrypted and proxy_status // 100 != 2:
        # Without a tunnel only the proxy was reached.
        stage, phases = Stage.CONNECT, {Phase.CONNECT: sum(phases.values())}
    return Answer(
        code=code,
        message=message,
        os_errno=handle.getinfo(pycurl.OS_ERRNO) if code else 0,
        status=handle.getinfo(pycurl.RESPONSE_CODE),
        header_lines=lines,
        body=chunks[0] if len(chunks) == 1 else b"".join(chunks),
        stage=stage,
        phases=phases,
        is_connected=handle.getinfo(pycurl.CONNECT_TIME_T) > 0,
        proxy_status=proxy_status,
        verify_code=_verify_code(handle),
        chain=_chain(handle) if request.wants_chain else (),
    )


def _verify_code(handle: pycurl.Curl) -> int:
    """Return OpenSSL's number; libcurl begins with 1, which says that nothing was looked at."""
    number: int = handle.getinfo(pycurl.SSL_VERIFYRESULT)
    return number if number > 1 else 0


def _chain(handle: pycurl.Curl) -> tuple[str, ...]:
    """Return the certificates that the server showed, its own first."""
    shown = handle.getinfo(pycurl.INFO_CERTINFO)
    return tuple(value for fields in shown for name, value in fields if name == "Cert")


def _phases(handle: pycurl.Curl, *, encrypted: bool) -> tuple[Stage, dict[Phase, float]]:
    """Return the stage reached and its spans; a span that did not end lasts until the total."""
    connect, tls, pretransfer, start, total = (handle.getinfo(each) for each in _TIMES)
    if not connect:
        return Stage.CONNECT, {Phase.CONNECT: total * _MICRO}
    phases = {Phase.CONNECT: connect * _MICRO}
    if encrypted:
        phases[Phase.TLS] = ((tls or total) - connect) * _MICRO
        if not tls:
            return Stage.TLS, phases
    phases[Phase.WAIT] = ((start or total) - pretransfer) * _MICRO
    if start:
        phases[Phase.TRANSFER] = (total - start) * _MICRO
    return Stage.PROTOCOL, phases

"""The tcp probe: connect and, where one is expected, read the banner."""

import asyncio
import re
from typing import Annotated

from pydantic import ByteSize, Field, model_validator

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.probes.context import ProbeContext
from monitor.probes.fields import IpVersion, Seconds, Spec
from monitor.probes.os_errors import connect_kind
from monitor.probes.resolver import check_version


class TcpSpec(Spec):
    """What a tcp check connects to, and the banner it expects."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    ip_version: IpVersion = "any"
    expect_banner: re.Pattern[str] | None = None
    max_banner: Annotated[ByteSize, Field(gt=0)] = ByteSize(4096)
    degraded_after: Seconds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "TcpSpec":
        check_version(self.host, self.ip_version)
        return self


async def probe_tcp(spec: TcpSpec, context: ProbeContext) -> Observation:
    """Connect to one address and judge what the peer says first."""
    recording = context.recording
    resolution = await context.resolve(spec.host, spec.ip_version)
    if resolution.failure:
        return recording.failed(resolution.failure, f"{spec.host}: {resolution.rcode}")
    recording.enter(Stage.CONNECT)
    loop = asyncio.get_running_loop()
    try:
        with recording.timing(Phase.CONNECT):
            transport, banner = await loop.create_connection(
                lambda: _Banner(spec), resolution.address, spec.port
            )
    except OSError as error:
        recording.see_errno(error.errno)
        return recording.failed(connect_kind(error.errno), str(error))
    try:
        return await _judge(spec, banner, context)
    finally:
        transport.abort()


async def _judge(spec: TcpSpec, banner: "_Banner", context: ProbeContext) -> Observation:
    recording = context.recording
    if spec.expect_banner is None:
        return recording.succeeded(degraded_after=spec.degraded_after)
    recording.enter(Stage.PROTOCOL)
    with recording.timing(Phase.WAIT):
        try:
            async with asyncio.timeout(context.remaining_seconds() - _MARGIN_SECONDS):
                await banner.complete.wait()
        except TimeoutError:
            if not banner.received:
                return recording.timed_out()
    if not banner.received:
        return _silent(banner, context)
    recording.enter(Stage.SEMANTIC)
    if banner.matches():
        return recording.succeeded(degraded_after=spec.degraded_after)
    return recording.failed(FailureKind.BANNER_UNEXPECTED, f"banner {banner.text[:80]!r}")


# The wait for a banner ends a little before the deadline, so that what came of it is judged.
_MARGIN_SECONDS = 0.01


def _silent(banner: "_Banner", context: ProbeContext) -> Observation:
    """Return the failure of a peer that closed or reset without a word."""
    if isinstance(banner.lost, OSError):
        context.recording.see_errno(banner.lost.errno)
        return context.recording.failed(FailureKind.RESPONSE_RESET, str(banner.lost))
    return context.recording.failed(FailureKind.RESPONSE_CLOSED, "closed without a banner")


class _Banner(asyncio.Protocol):
    """Collects what the peer says until it matches, a line is whole, or the bound is reached."""

    def __init__(self, spec: TcpSpec) -> None:
        self.received = b""
        self.lost: Exception | None = None
        self.complete = asyncio.Event()
        self._spec = spec

    @property
    def text(self) -> str:
        """The banner as text; a binary greeting keeps one character per byte."""
        return self.received.decode("latin-1")

    def matches(self) -> bool:
        """Say whether the banner is the expected one."""
        pattern = self._spec.expect_banner
        return pattern is not None and pattern.search(self.text) is not None

    def data_received(self, data: bytes) -> None:
        room = int(self._spec.max_banner) - len(self.received)
        self.received += data[:room]
        if self.matches() or b"\n" in self.received or len(data) >= room:
            self.complete.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc
        self.complete.set()

"""The icmp probe: some echo requests, how many are answered and how fast."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Annotated

from pydantic import Field, model_validator

from monitor.clock import Clock
from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.fields import IpVersion, Seconds, Spec
from monitor.probes.icmp_socket import Echo, PingForbiddenError, open_socket
from monitor.probes.os_errors import connect_kind
from monitor.probes.resolver import check_version

# The run ends a little before the deadline, so that what was answered until then counts.
_MARGIN_SECONDS = 0.02

_FORBIDDEN = (
    "this process may not ping: let net.ipv4.ping_group_range include its group, "
    "or give it CAP_NET_RAW"
)

Ratio = Annotated[float, Field(gt=0, le=1)]


class IcmpSpec(Spec):
    """What is pinged and how often, and how much loss is too much."""

    host: Annotated[str, Field(min_length=1)]
    ip_version: IpVersion = "any"
    count: Annotated[int, Field(ge=1, le=100)] = 5
    every: Annotated[Seconds, Field(ge=0.01)] = 0.2
    size: Annotated[int, Field(ge=8, le=65507)] = 56
    degraded_loss: Ratio = 0.2
    failed_loss: Ratio = 1.0
    degraded_after: Seconds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "IcmpSpec":
        check_version(self.host, self.ip_version)
        if self.failed_loss < self.degraded_loss:
            raise ValueError("expected failed_loss not to be below degraded_loss")
        return self


@dataclass(slots=True)
class _Count:
    """What was sent when, what was answered how fast, and the error that ended the run."""

    sent: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    error: OSError | None = None


async def probe_icmp(spec: IcmpSpec, context: ProbeContext) -> Observation:
    """Ping one address some times and judge the answers."""
    recording = context.recording
    resolution = await context.resolve(spec.host, spec.ip_version)
    if resolution.failure:
        return recording.failed(resolution.failure, f"{spec.host}: {resolution.rcode}")
    recording.enter(Stage.CONNECT)
    family = socket.AF_INET6 if ":" in resolution.address else socket.AF_INET
    try:
        opened = open_socket(family)
    except PingForbiddenError:
        return recording.failed(FailureKind.LOCAL_RESOURCE, _FORBIDDEN)
    with closing(opened):
        count = await _ping(spec, opened, Echo(family=family), resolution.address, context)
    return _judge(spec, count, context)


async def _ping(
    spec: IcmpSpec, opened: socket.socket, echo: Echo, address: str, context: ProbeContext
) -> _Count:
    loop, count = asyncio.get_running_loop(), _Count()
    end = context.deadline - _MARGIN_SECONDS
    try:
        await loop.sock_connect(opened, (address, 0))
        for sequence in range(spec.count):
            count.sent[sequence] = context.clock.monotonic()
            following = loop.time() + spec.every
            await loop.sock_sendall(opened, echo.request(sequence, spec.size))
            until = end if sequence == spec.count - 1 else min(end, following)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await _collect(opened, echo, count, spec.count, context.clock)
            if loop.time() >= end:
                break
    except OSError as error:
        # What says that the way ends here says it for the requests that follow too.
        count.error = error
    return count


async def _collect(
    opened: socket.socket, echo: Echo, count: _Count, most: int, clock: Clock
) -> None:
    """Take replies until so many requests are answered, and at the end what has arrived by then.

    A loop that was held up is cut off in the turn in which it would have looked.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def take() -> None:
        try:
            _take_waiting(opened, echo, count, clock)
        except OSError as error:
            if not done.done():
                done.set_exception(error)
        if len(count.answered) >= most and not done.done():
            done.set_result(None)

    loop.add_reader(opened, take)
    try:
        await done
    finally:
        loop.remove_reader(opened)
        _take_waiting(opened, echo, count, clock)


def _take_waiting(opened: socket.socket, echo: Echo, count: _Count, clock: Clock) -> None:
    """Take the replies that have arrived."""
    with suppress(BlockingIOError):
        while True:
            sequence = echo.sequence(opened.recv(65536))
            if sequence in count.sent:
                # The loop's own time is too coarse for this: it counts milliseconds.
                count.answered.setdefault(sequence, clock.monotonic() - count.sent[sequence])


def _judge(spec: IcmpSpec, count: _Count, context: ProbeContext) -> Observation:
    recording, error = context.recording, count.error
    if error:
        recording.see_errno(error.errno)
    if error and not count.answered:
        return recording.failed(connect_kind(error.errno), str(error))
    sent = spec.count if error else len(count.sent)
    loss = round(1 - len(count.answered) / sent, 4)
    said = f"{len(count.answered)} of {sent} answered"
    recording.see(SignalKind.PACKET_LOSS_RATIO, loss, said)
    if not count.answered:
        return recording.failed(FailureKind.CONNECT_TIMEOUT, said)
    usual = _see_times(list(count.answered.values()), context)
    if loss >= spec.degraded_loss:
        recording.exceeds(SignalKind.PACKET_LOSS_RATIO, said)
        failed = loss >= spec.failed_loss
        conclude = recording.failed if failed else recording.degraded
        return conclude(FailureKind.THRESHOLD_EXCEEDED, said)
    return recording.succeeded(degraded_after=spec.degraded_after, took=usual)


def _see_times(times: Sequence[float], context: ProbeContext) -> float:
    """Note how long the answers took; return the median."""
    usual = median(times)
    detail = f"{min(times) * 1000:.2f} to {max(times) * 1000:.2f} ms"
    context.recording.add(Phase.WAIT, usual)
    context.recording.see(SignalKind.ROUND_TRIP_SECONDS, round(usual, 6), detail)
    return usual

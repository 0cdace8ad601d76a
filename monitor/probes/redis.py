"""The redis probe: connect, log in, read and write with a lifetime, and what the server reports."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes import redis_info
from monitor.probes.context import ProbeContext
from monitor.probes.os_errors import RESET_ERRNOS, connect_kind
from monitor.probes.redis_connection import (
    MalformedReplyError,
    RedisConnection,
    ReplyError,
    connect,
)
from monitor.probes.redis_errors import code_of, redis_kind
from monitor.probes.redis_info import Info
from monitor.probes.redis_spec import RedisSpec, RedisTarget
from monitor.probes.tls_diagnosis import fault_of
from monitor.probes.tls_session import context_for

# The run ends a little before the deadline, so that what was seen until then is kept.
_MARGIN_SECONDS = 0.01

# What the server's own figures may cost at most.
_FIGURES_SECONDS = 0.5

_SUCCESS = {Stage.SEMANTIC: SignalKind.READ_OK, Stage.BUSINESS: SignalKind.WRITE_OK}
_LOST = (OSError, EOFError, ReplyError, MalformedReplyError, TimeoutError)


async def probe_redis(spec: RedisSpec, context: ProbeContext) -> Observation:
    """Log in, read and write once; what the server replies is the verdict."""
    recording, target = context.recording, spec.target
    resolution = await context.resolve(target.host, spec.ip_version)
    if resolution.failure:
        return recording.failed(resolution.failure, f"{target.host}: {resolution.rcode}")
    try:
        tls = context_for(spec.identity) if spec.identity else None
    except OSError as error:
        detail = f"a certificate file of the check cannot be used: {error}"
        return recording.failed(FailureKind.LOCAL_RESOURCE, detail)
    try:
        async with asyncio.timeout_at(context.deadline - _MARGIN_SECONDS):
            async with _connected(target, resolution.address, tls, context) as connection:
                return await _work(connection, spec, context)
    except TimeoutError:
        _see_success(context, ok=False)
        return recording.timed_out()
    except (OSError, EOFError, ReplyError, MalformedReplyError) as error:
        _see_success(context, ok=False)
        return _failed(error, context)


@asynccontextmanager
async def _connected(
    target: RedisTarget, address: str, tls: ssl.SSLContext | None, context: ProbeContext
) -> AsyncIterator[RedisConnection]:
    """Give a connection; after a refusal the server is asked what it has to say of itself."""
    connection = await connect(address, target, tls, context)
    try:
        yield connection
    except ReplyError:
        await _figures(connection, context)
        raise
    finally:
        connection.close()


async def _work(connection: RedisConnection, spec: RedisSpec, context: ProbeContext) -> Observation:
    recording = context.recording
    recording.enter(Stage.PROTOCOL)
    with recording.timing(Phase.LOGIN):
        await _log_in(connection, spec)
    key = spec.key or f"availability-monitor:{context.check.name}"
    recording.enter(Stage.SEMANTIC)
    with recording.timing(Phase.QUERY):
        await connection.run("GET", key)
    _see_success(context, ok=True)
    if spec.write:
        recording.enter(Stage.BUSINESS)
        value = secrets.token_hex(8)
        with recording.timing(Phase.WRITE):
            # Sent at once, so that another probe of the same key never comes between them.
            _, stored = await connection.run_together(
                ("SET", key, value, "PX", str(int(spec.ttl * 1000))), ("GET", key)
            )
        _see_success(context, ok=stored == value)
        if stored != value:
            return recording.failed(FailureKind.VALUE_UNEXPECTED, "what was written is not read")
    took = recording.elapsed_seconds
    return _judge(spec, await _figures(connection, context), took, context)


async def _log_in(connection: RedisConnection, spec: RedisSpec) -> None:
    if spec.password is not None:
        user = (spec.target.user,) if spec.target.user else ()
        await connection.run("AUTH", *user, spec.password.get_secret_value())
    if spec.target.database:
        await connection.run("SELECT", str(spec.target.database))
    await connection.run("PING")


async def _figures(connection: RedisConnection, context: ProbeContext) -> Info:
    """Note what the server says of itself; one that does not has failed nothing."""
    with suppress(*_LOST):
        async with asyncio.timeout(min(_FIGURES_SECONDS, context.remaining_seconds() / 2)):
            info = redis_info.parse(str(await connection.run("INFO")))
            context.recording.signals.extend(redis_info.signals(info))
            return info
    return {}


def _judge(spec: RedisSpec, info: Info, took: float, context: ProbeContext) -> Observation:
    """Compare what the server reports with what is expected of it."""
    recording = context.recording
    role = {"slave": "replica"}.get(info.get("role", ""), info.get("role", ""))
    if spec.expect_role and role != spec.expect_role:
        detail = f"it is a {role}" if role else "its role cannot be read"
        return recording.failed(FailureKind.VALUE_UNEXPECTED, detail)
    if info.get("master_link_status", "up") != "up":
        return recording.degraded(FailureKind.REPORTED, "its link to the master is down")
    most = redis_info.number(info, "maxmemory")
    used = redis_info.number(info, "used_memory") / most if most else 0.0
    if spec.degraded_memory is not None and used > spec.degraded_memory:
        detail = f"{used:.0%} of its memory are used, degraded above {spec.degraded_memory:.0%}"
        recording.exceeds(SignalKind.MEMORY_USED_RATIO, detail)
        if late := recording.lateness(spec.degraded_after, took):
            recording.exceeds(SignalKind.RUN_SECONDS, late)
        return recording.degraded(FailureKind.THRESHOLD_EXCEEDED, detail)
    return recording.succeeded(degraded_after=spec.degraded_after, took=took)


def _failed(error: Exception, context: ProbeContext) -> Observation:
    recording = context.recording
    if isinstance(error, ReplyError):
        return _refused(str(error), context)
    if isinstance(error, ssl.SSLError):
        return _distrusted(error, context)
    if isinstance(error, MalformedReplyError):
        return recording.failed(FailureKind.RESPONSE_MALFORMED, str(error))
    if not isinstance(error, OSError):
        return recording.failed(FailureKind.RESPONSE_CLOSED, "closed without a reply")
    if error.errno is None and recording.stage is not Stage.CONNECT:
        # As asyncio tells an end in the middle of a handshake.
        return recording.failed(FailureKind.RESPONSE_CLOSED, str(error) or "closed")
    recording.see_errno(error.errno)
    if error.errno in RESET_ERRNOS and recording.stage is not Stage.CONNECT:
        return recording.failed(FailureKind.RESPONSE_RESET, str(error))
    return recording.failed(connect_kind(error.errno), str(error))


def _refused(text: str, context: ProbeContext) -> Observation:
    recording, code = context.recording, code_of(text)
    recording.see(SignalKind.DRIVER_CODE, code)
    if code == "READONLY":
        recording.see(SignalKind.READ_ONLY, value=True)
    return recording.failed(redis_kind(code, recording.stage), text)


def _distrusted(error: ssl.SSLError, context: ProbeContext) -> Observation:
    recording, fault = context.recording, fault_of(error)
    recording.see(SignalKind.TLS_REASON, fault.reason)
    if fault.verify_code:
        recording.see(SignalKind.TLS_VERIFY_CODE, fault.verify_code)
    return recording.failed(fault.kind, str(error))


def _see_success(context: ProbeContext, *, ok: bool) -> None:
    """Note whether the read, or the write, of the present stage did its work."""
    kind = _SUCCESS.get(context.recording.stage)
    if kind:
        context.recording.see(kind, ok)

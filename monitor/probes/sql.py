"""The sql probe: resolve, connect, log in, query and write on a fresh connection, each timed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from monitor.model.observation import FailureKind, Observation, Phase, Stage, Trigger
from monitor.model.signals import SignalKind
from monitor.probes import sql_mysql, sql_postgres, sql_sqlite
from monitor.probes.context import ProbeContext
from monitor.probes.recording import Recording
from monitor.probes.sql_deep import DeepLook
from monitor.probes.sql_errors import Meaning, SqlError, meaning_of, sql_kind
from monitor.probes.sql_session import SqlSession
from monitor.probes.sql_spec import SqlSpec

Connect = Callable[[SqlSpec, str, ProbeContext], Awaitable[SqlSession]]

CONNECT: Mapping[str, Connect] = {
    "postgresql": sql_postgres.connect,
    "mysql": sql_mysql.connect,
    "sqlite": sql_sqlite.connect,
}

# Where the ordinary figures of a second connection can say what a statement is waiting for.
_TELLING = frozenset({"postgresql"})

# The run ends a little before the deadline, so that what was seen until then is kept.
_MARGIN_SECONDS = 0.01

# What the server's own figures may cost at most.
_FIGURES_SECONDS = 0.5

_SUCCESS = {Stage.SEMANTIC: SignalKind.READ_OK, Stage.BUSINESS: SignalKind.WRITE_OK}


async def probe_sql(spec: SqlSpec, context: ProbeContext) -> Observation:
    """Connect, query and write once; what the database answers is the verdict."""
    recording = context.recording
    address = ""
    if spec.target.host:
        resolution = await context.resolve(spec.target.host, spec.ip_version)
        if resolution.failure:
            return recording.failed(resolution.failure, f"{spec.target.host}: {resolution.rcode}")
        address = resolution.address
    try:
        async with asyncio.timeout_at(context.deadline - _MARGIN_SECONDS):
            return await _run(spec, address, context)
    except SqlError as error:
        await _see_from_aside(spec, context)
        return _failed(error, context)
    except TimeoutError:
        _see_success(context, ok=False)
        return recording.timed_out()
    except asyncio.CancelledError:
        # On a late loop both deadlines pass at once; what was not seen stays known.
        _see_success(context, ok=False)
        raise


async def _run(spec: SqlSpec, address: str, context: ProbeContext) -> Observation:
    session = await CONNECT[spec.target.backend](spec, address, context)
    deep = DeepLook(spec, context)
    try:
        async with _looking(spec, address, context):
            observation = await _work(session, spec, context, deep)
    except BaseException:
        await session.close()
        raise
    await deep.leave(session)
    return observation


async def _work(
    session: SqlSession, spec: SqlSpec, context: ProbeContext, deep: DeepLook
) -> Observation:
    recording = context.recording
    recording.enter(Stage.SEMANTIC)
    with recording.timing(Phase.QUERY):
        value = await session.value(spec.query)
    _see_success(context, ok=True)
    violated = spec.expect.violation(value) if spec.expect else ""
    if violated:
        await _see_figures(session, context)
        detail = f"value {str(value)[:80]!r}: {violated} does not hold"
        return recording.failed(FailureKind.VALUE_UNEXPECTED, detail)
    if spec.heartbeat:
        recording.enter(Stage.BUSINESS)
        with recording.timing(Phase.WRITE):
            await session.beat(spec.heartbeat.table)
        _see_success(context, ok=True)
    took = recording.elapsed_seconds
    await _see_figures(session, context)
    if spec.topics:
        await deep.look(session)
    return deep.judge(took)


async def _see_figures(session: SqlSession, context: ProbeContext) -> None:
    """Note the server's figures; a server that does not give them has failed nothing."""
    bound = min(_FIGURES_SECONDS, context.remaining_seconds() / 2)
    with suppress(SqlError, TimeoutError):
        async with asyncio.timeout(bound):
            context.recording.signals.extend(await session.figures())


async def _see_from_aside(spec: SqlSpec, context: ProbeContext) -> None:
    """After a refusal, hear what a session that was kept has to tell of the server."""
    if spec.keep_session:
        await DeepLook(spec, context).look_aside()


@asynccontextmanager
async def _looking(spec: SqlSpec, address: str, context: ProbeContext) -> AsyncIterator[None]:
    """While the block is slow, ask over a second connection what it may be waiting for."""
    if not spec.topics and spec.target.backend not in _TELLING:
        yield
        return
    looking = asyncio.create_task(_look_later(spec, address, context))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait({looking})


async def _look_later(spec: SqlSpec, address: str, context: ProbeContext) -> None:
    await asyncio.sleep(context.remaining_seconds() / 2)
    own = Recording(
        context.check,
        trigger=Trigger.DEPENDENCY,
        scheduled_at=context.scheduled_at,
        clock=context.clock,
    )
    aside = replace(context, recording=own, trigger=Trigger.DEPENDENCY)
    deep = DeepLook(spec, replace(aside, recording=context.recording))
    with suppress(SqlError):
        if spec.topics and await deep.look_aside():
            return
        session = await CONNECT[spec.target.backend](spec, address, aside)
        try:
            context.recording.signals.extend(await session.figures())
            if spec.topics:
                await deep.look(session)
        finally:
            await session.close()


def _failed(error: SqlError, context: ProbeContext) -> Observation:
    recording = context.recording
    recording.see_errno(error.errno)
    if error.sqlstate:
        recording.see(SignalKind.SQLSTATE, error.sqlstate)
    if error.code != "":
        recording.see(SignalKind.DRIVER_CODE, error.code)
    if error.tls and error.tls.reason:
        recording.see(SignalKind.TLS_REASON, error.tls.reason)
    if error.tls and error.tls.verify_code:
        recording.see(SignalKind.TLS_VERIFY_CODE, error.tls.verify_code)
    _see_success(context, ok=False)
    if meaning_of(error) is Meaning.READ_ONLY:
        recording.see(SignalKind.READ_ONLY, value=True)
    return recording.failed(sql_kind(error, recording.stage), str(error))


def _see_success(context: ProbeContext, *, ok: bool) -> None:
    """Note whether the read, or the write, of the present stage did its work."""
    kind = _SUCCESS.get(context.recording.stage)
    if kind:
        context.recording.see(kind, ok)

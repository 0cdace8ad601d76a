"""The tls probe: one handshake, and what the certificates shown in it say."""

import asyncio
import re
import ssl
from contextlib import closing, suppress
from dataclasses import replace
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, model_validator

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.fields import IpVersion, Seconds, Spec
from monitor.probes.http_request import Trust
from monitor.probes.os_errors import RESET_ERRNOS, connect_kind
from monitor.probes.resolver import check_version
from monitor.probes.sockets import connected
from monitor.probes.tls_certificate import Certificate, pin
from monitor.probes.tls_diagnosis import fault_of
from monitor.probes.tls_session import Handshake, Identity, MinimumVersion, Session, context_for

# The run ends a little before the deadline, so that what was seen until then is kept.
_MARGIN_SECONDS = 0.01


def _version(value: object) -> object:
    return str(value) if isinstance(value, float) else value


class TlsSpec(Spec):
    """What a tls check connects to, and what it expects of the certificates."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 443
    server_name: Annotated[str, Field(min_length=1)] | None = None
    ip_version: IpVersion = "any"
    ca_file: FilePath | None = None
    verify: bool = True
    minimum_version: Annotated[MinimumVersion, BeforeValidator(_version)] = "1.2"
    client_certificate: FilePath | None = None
    client_key: FilePath | None = None
    names: tuple[str, ...] = ()
    issuer: re.Pattern[str] | None = None
    pinned_keys: tuple[Annotated[str, AfterValidator(pin)], ...] = ()
    warn_days: float = 21
    fail_days: float = 0
    degraded_after: Seconds | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "TlsSpec":
        check_version(self.host, self.ip_version)
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key needs client_certificate")
        if self.warn_days < self.fail_days:
            raise ValueError("expected warn_days not to be below fail_days")
        return self

    @cached_property
    def identity(self) -> Identity:
        """Whom the check trusts and what it shows of itself."""
        return Identity(
            trust=Trust(str(self.ca_file or ""), self.verify),
            minimum_version=self.minimum_version,
            certificate=str(self.client_certificate or ""),
            key=str(self.client_key or ""),
        )


async def probe_tls(spec: TlsSpec, context: ProbeContext) -> Observation:
    """Connect, shake hands and judge what was shown."""
    recording = context.recording
    resolution = await context.resolve(spec.host, spec.ip_version)
    if resolution.failure:
        return recording.failed(resolution.failure, f"{spec.host}: {resolution.rcode}")
    try:
        async with asyncio.timeout_at(context.deadline - _MARGIN_SECONDS):
            return await _shake_hands(spec, resolution.address, context)
    except TimeoutError:
        return recording.timed_out()


async def _shake_hands(spec: TlsSpec, address: str, context: ProbeContext) -> Observation:
    recording = context.recording
    try:
        tls = context_for(spec.identity)
    except OSError as error:
        detail = f"a certificate file of the check cannot be used: {error}"
        return recording.failed(FailureKind.LOCAL_RESOURCE, detail)
    recording.enter(Stage.CONNECT)
    try:
        with recording.timing(Phase.CONNECT):
            connection = await connected(address, spec.port)
    except OSError as error:
        recording.see_errno(error.errno)
        return recording.failed(connect_kind(error.errno), str(error))
    recording.enter(Stage.TLS)
    try:
        with closing(connection):
            handshake = Handshake(connection, tls, spec.server_name or spec.host)
            with recording.timing(Phase.TLS):
                await handshake.perform()
            took = recording.elapsed_seconds
            session = _seen(handshake, context)
            await handshake.settle()
    except ssl.SSLError as error:
        return await _refused(error, spec, address, context)
    except OSError as error:
        return _broken(error, context)
    except ValueError as error:
        return recording.failed(FailureKind.RESPONSE_MALFORMED, f"a certificate: {error}")
    return _judge(spec, session, took, context)


def _seen(handshake: Handshake, context: ProbeContext) -> Session:
    """Read the session and note its facts."""
    recording, session = context.recording, handshake.read()
    recording.see(SignalKind.TLS_VERSION, session.version)
    if session.chain:
        server = session.chain[0]
        days = min(each.days_left(context.clock.now()) for each in session.chain)
        recording.see(SignalKind.CERTIFICATE_DAYS_LEFT, round(days, 3))
        recording.see(SignalKind.CERTIFICATE_ISSUER, server.issuer)
        recording.see(SignalKind.CERTIFICATE_KEY, server.key)
    return session


def _broken(error: OSError, context: ProbeContext) -> Observation:
    """Return the failure of a connection that broke within the handshake."""
    context.recording.see_errno(error.errno)
    reset = error.errno in RESET_ERRNOS
    kind = FailureKind.RESPONSE_RESET if reset else connect_kind(error.errno)
    return context.recording.failed(kind, str(error))


async def _refused(
    error: ssl.SSLError, spec: TlsSpec, address: str, context: ProbeContext
) -> Observation:
    """Return why there is no session; a certificate that was not believed is looked at again."""
    recording, fault = context.recording, fault_of(error)
    recording.see(SignalKind.TLS_REASON, fault.reason)
    if isinstance(error, ssl.SSLEOFError):
        return recording.failed(FailureKind.RESPONSE_CLOSED, "closed within the handshake")
    if fault.verify_code:
        recording.see(SignalKind.TLS_VERIFY_CODE, fault.verify_code)
        await _look_again(spec, address, context)
    detail = getattr(error, "verify_message", "") or str(error)
    return recording.failed(fault.kind, detail)


async def _look_again(spec: TlsSpec, address: str, context: ProbeContext) -> None:
    """Note what the certificate says although nobody should believe it."""
    unbelieving = replace(spec.identity, trust=Trust(spec.identity.trust.ca_file, verify=False))
    with suppress(OSError, ValueError, TimeoutError):
        async with asyncio.timeout(context.remaining_seconds() / 2):
            with closing(await connected(address, spec.port)) as connection:
                name = spec.server_name or spec.host
                handshake = Handshake(connection, context_for(unbelieving), name)
                await handshake.perform()
                _seen(handshake, context)


def _judge(spec: TlsSpec, session: Session, took: float, context: ProbeContext) -> Observation:
    """Compare the certificates with what is expected of them."""
    recording = context.recording
    recording.enter(Stage.SEMANTIC)
    if not session.chain:
        return recording.failed(FailureKind.TLS_UNTRUSTED, "no certificate was shown")
    missing = [each for each in spec.names if not session.chain[0].covers(each)]
    if missing:
        return recording.failed(FailureKind.TLS_WRONG_HOST, f"not valid for {missing[0]}")
    stranger = _stranger(spec, session.chain)
    if stranger:
        return recording.failed(FailureKind.TLS_PINNED_KEY, stranger)
    days = min(each.days_left(context.clock.now()) for each in session.chain)
    detail = f"a certificate of the chain ends in {days:.1f} days"
    if days < 0:
        return recording.failed(FailureKind.TLS_EXPIRED, f"ended {-days:.1f} days ago")
    if days < spec.warn_days:
        recording.exceeds(SignalKind.CERTIFICATE_DAYS_LEFT, detail)
    if days < spec.fail_days:
        return recording.failed(FailureKind.THRESHOLD_EXCEEDED, detail)
    if days < spec.warn_days:
        return recording.degraded(FailureKind.THRESHOLD_EXCEEDED, detail)
    return recording.succeeded(degraded_after=spec.degraded_after, took=took)


def _stranger(spec: TlsSpec, chain: tuple[Certificate, ...]) -> str:
    """Say how the chain is not the one that was pinned, or nothing."""
    if spec.issuer and not spec.issuer.search(chain[0].issuer):
        return f"issued by {chain[0].issuer}"
    if spec.pinned_keys and not {each.key for each in chain} & set(spec.pinned_keys):
        return f"key {chain[0].key} is none of those pinned"
    return ""

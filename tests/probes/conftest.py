"""A prober on the running loop, checks from a few fields, and servers that speak TLS."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import FailureKind, Observation
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS
from tests.probes.sql_tls_stand import (
    EncryptedMariaDB,
    EncryptedPostgres,
    encrypted_mariadb_server,
    encrypted_postgres_server,
)

# Far beyond the deadlines that tests set, since a busy machine is late; far below what hangs.
LONG_SECONDS = 4.0


class Probe(Protocol):
    """Probe once with the given fields of a spec."""

    async def __call__(self, type_: str, *, timeout: float = 5.0, **fields: Any) -> Observation: ...


def make_check(type_: str, *, timeout: float = 5.0, **fields: Any) -> Check:
    """Make a check as a configuration would."""
    spec = SPECS[type_].spec.model_validate(fields)
    return Check(name="probed", type=type_, component="target", spec=spec, timeout_seconds=timeout)


@pytest_asyncio.fixture
async def prober() -> AsyncIterator[Prober]:
    prober = Prober(SystemClock())
    yield prober
    await prober.close()


@pytest_asyncio.fixture
async def probe(prober: Prober) -> Probe:
    async def run(type_: str, *, timeout: float = 5.0, **fields: Any) -> Observation:
        return await prober.probe(make_check(type_, timeout=timeout, **fields))

    return run


@pytest.fixture(scope="session")
def encrypted_mariadb() -> Iterator[EncryptedMariaDB]:
    with encrypted_mariadb_server() as server:
        yield server


@pytest.fixture(scope="session")
def encrypted_postgres() -> Iterator[EncryptedPostgres]:
    with encrypted_postgres_server() as server:
        yield server


def kind_of(observation: Observation) -> FailureKind | None:
    """Return how it failed, or None."""
    return observation.failure.kind if observation.failure else None


def descriptors() -> list[int]:
    """Return what this process has open."""
    return [int(each.name) for each in Path("/proc/self/fd").iterdir()]


def connections_to(port: int) -> int:
    """Return how many connections to *port* this process has open."""
    found = 0
    for each in descriptors():
        with suppress(OSError):
            if Path(f"/proc/self/fd/{each}").readlink().name.startswith("socket:"):
                with socket.fromfd(each, socket.AF_INET, socket.SOCK_STREAM) as copy:
                    found += copy.getpeername()[1:2] == (port,)
    return found

"""Names are a stage of their own: not found, a server's failure and silence are told apart."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pycares.errno as ares
import pytest
import pytest_asyncio

from monitor.clock import SystemClock
from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.fields import IpVersion
from monitor.probes.prober import Prober
from monitor.probes.resolver import Resolver, failure_of
from tests.probes.conftest import LONG_SECONDS, make_check
from tests.probes.name_server import NameServer, name_server
from tests.probes.servers import OK, answering, serving


@pytest_asyncio.fixture
async def names() -> AsyncIterator[NameServer]:
    async with name_server() as server:
        yield server


@pytest_asyncio.fixture
async def named_prober(names: NameServer) -> AsyncIterator[Prober]:
    prober = Prober(SystemClock(), nameservers=[names.address])
    yield prober
    await prober.close()


async def test_a_name_is_resolved_and_the_time_it_took_is_a_phase(named_prober: Prober) -> None:
    async with serving(answering(OK)) as port:
        check = make_check("http", url=f"http://ok.test:{port}/")
        observation = await named_prober.probe(check)

    assert observation.outcome is Outcome.OK
    assert observation.phases[Phase.RESOLVE] > 0
    assert observation.signal(SignalKind.RESOLVE_RCODE) == "NOERROR"
    (signal,) = (each for each in observation.signals if each.kind is SignalKind.RESOLVE_RCODE)
    assert signal.detail == "127.0.0.1 ttl 7"


FAULTS = {
    "nx.test": (FailureKind.NAME_NOT_FOUND, "NXDOMAIN"),
    "empty.test": (FailureKind.NAME_NOT_FOUND, "NODATA"),
    "fail.test": (FailureKind.NAME_SERVER_FAILURE, "SERVFAIL"),
    "refuse.test": (FailureKind.NAME_SERVER_FAILURE, "REFUSED"),
}


@pytest.mark.parametrize("type_", ["http", "tcp", "sql"])
@pytest.mark.parametrize("name", FAULTS)
async def test_every_probe_tells_the_faults_of_names_apart(
    named_prober: Prober, name: str, type_: str
) -> None:
    fields: dict[str, dict[str, Any]] = {
        "http": {"url": f"http://{name}:8000/"},
        "tcp": {"host": name, "port": 8000},
        "sql": {"url": f"postgresql://probe@{name}:8000/ledger"},
    }
    kind, rcode = FAULTS[name]
    observation = await named_prober.probe(make_check(type_, **fields[type_]))

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (kind, Stage.RESOLVE)
    assert observation.signal(SignalKind.RESOLVE_RCODE) == rcode
    assert set(observation.phases) == {Phase.RESOLVE}


async def test_a_name_that_never_resolves_is_a_name_timeout(named_prober: Prober) -> None:
    check = make_check("http", timeout=0.3, url="http://hang.test:8000/")
    observation = await named_prober.probe(check)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.NAME_TIMEOUT
    assert observation.stage is Stage.RESOLVE
    assert observation.signal(SignalKind.RESOLVE_RCODE) == "TIMEOUT"
    assert observation.phases[Phase.RESOLVE] > 0.2
    assert observation.duration_seconds < LONG_SECONDS


async def test_hanging_names_delay_no_other_name(named_prober: Prober) -> None:
    async with serving(answering(OK)) as port:
        hanging = [
            asyncio.ensure_future(
                named_prober.probe(make_check("http", timeout=3, url=f"http://hang{i}.test/"))
            )
            for i in range(200)
        ]
        await asyncio.sleep(0)
        check = make_check("http", timeout=1, url=f"http://ok.test:{port}/")
        seen = await asyncio.gather(*(named_prober.probe(check) for _ in range(20)))
        for task in hanging:
            task.cancel()
        await asyncio.wait(hanging)

    assert {each.outcome for each in seen} == {Outcome.OK}
    assert max(each.phases[Phase.RESOLVE] for each in seen) < 0.5


@pytest.mark.parametrize(
    ("host", "version", "address"),
    [
        ("localhost", "any", "127.0.0.1"),
        ("api.localhost", 4, "127.0.0.1"),
        ("localhost", 6, "::1"),
        ("127.0.0.9", "any", "127.0.0.9"),
        ("::1", "any", "::1"),
        ("six.test", "any", "::1"),
        ("six.test", 6, "::1"),
        ("ok.test", 4, "127.0.0.1"),
    ],
)
async def test_a_name_gives_one_address_of_the_family_asked_for(
    names: NameServer, host: str, version: IpVersion, address: str
) -> None:
    resolver = Resolver([names.address])
    resolution = await resolver.resolve(host, version)
    await resolver.close()

    assert resolution.address == address
    assert bool(names.asked) is host.endswith(".test")


async def test_an_answer_is_kept_for_its_ttl(names: NameServer) -> None:
    resolver = Resolver([names.address])
    for _ in range(5):
        await resolver.resolve("ok.test")
    await resolver.close()

    assert names.asked["ok.test"] == 1


async def test_silence_of_the_name_server_ends_by_itself(names: NameServer) -> None:
    resolver = Resolver([names.address], try_seconds=0.1, tries=1)
    resolution = await resolver.resolve("hang.test")
    await resolver.close()

    assert resolution.failure is FailureKind.NAME_TIMEOUT
    assert resolution.rcode == "TIMEOUT"


async def test_no_name_server_at_all_is_a_server_failure() -> None:
    resolver = Resolver(["127.0.0.1:1"], try_seconds=0.1, tries=1)
    resolution = await resolver.resolve("ok.test")
    await resolver.close()

    assert resolution.failure is FailureKind.NAME_SERVER_FAILURE


@pytest.mark.parametrize("code", sorted(ares.errorcode))
def test_every_code_of_the_resolver_is_a_kind(code: int) -> None:
    if code:
        assert failure_of(code).failure is not None
        assert failure_of(code).rcode

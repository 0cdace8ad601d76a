"""An exporter that is gone, silent, endless or something else is a typed failure in time."""

import asyncio

import pytest

from monitor.model.observation import FailureKind, Outcome, Trigger
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, kind_of, make_check
from tests.probes.hand_clock import HandClock
from tests.probes.host_stand import of_kind
from tests.probes.host_world import HEALTHY, exposition
from tests.probes.servers import answering, http, serving, silent
from tests.support.programs import free_port


async def test_a_first_run_on_demand_looks_twice_so_that_there_are_rates() -> None:
    prober = Prober(clock := HandClock())
    figures = dict(HEALTHY)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(http("200 OK", exposition(figures)))(reader, writer)
        clock.move(1)
        figures["node_netstat_Tcp_PassiveOpens"] += 5

    async with serving(serve) as port:
        check = make_check("host", timeout=0.9, url=f"http://127.0.0.1:{port}")
        seen = await prober.probe(check, trigger=Trigger.DEMAND)
    await prober.close()

    assert seen.signal(SignalKind.PASSIVE_OPENS_RATE) == 5
    assert len(of_kind(seen, SignalKind.HTTP_STATUS)) == 1


ANSWERS = {
    "is no exporter": (http("200 OK", b"<html>hello</html>"), FailureKind.CONTRACT_BROKEN),
    "is another exporter": (http("200 OK", b"go_goroutines 7\n"), FailureKind.CONTRACT_BROKEN),
    "runs into one line": (
        http("200 OK", b'node_memory_MemTotal_bytes 1e9 node_filefd_maximum{a="b"} 1\n'),
        FailureKind.CONTRACT_BROKEN,
    ),
    "knows no number": (
        http("200 OK", b"node_netstat_Tcp_CurrEstab +Inf\nnode_filefd_maximum NaN\n"),
        FailureKind.CONTRACT_BROKEN,
    ),
    "is broken": (http("200 OK", b"node_filefd_allocated many\n"), FailureKind.RESPONSE_MALFORMED),
    "is gone": (http("404 Not Found"), FailureKind.STATUS_UNEXPECTED),
    "wants a login": (http("401 Unauthorized"), FailureKind.STATUS_UNEXPECTED),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_an_answer_without_figures_is_a_typed_failure(probe: Probe, case: str) -> None:
    answer, kind = ANSWERS[case]
    async with serving(answering(answer)) as port:
        seen = await probe("host", url=f"http://127.0.0.1:{port}/metrics")

    assert seen.outcome is Outcome.FAILED
    assert kind_of(seen) is kind


async def test_an_exporter_that_is_gone_silent_or_endless_fails_within_the_timeout(
    probe: Probe,
) -> None:
    gone = await probe("host", url=f"http://127.0.0.1:{free_port()}/")
    async with serving(silent) as port:
        mute = await probe("host", timeout=0.3, url=f"http://127.0.0.1:{port}/")
    async with serving(answering(http("200 OK", b"x" * 9000))) as port:
        endless = await probe("host", url=f"http://127.0.0.1:{port}/", max_body=8192)

    assert kind_of(gone) is FailureKind.CONNECT_REFUSED
    assert kind_of(mute) is FailureKind.RESPONSE_TIMEOUT
    assert mute.duration_seconds < LONG_SECONDS
    assert kind_of(endless) is FailureKind.BODY_TOO_LARGE

"""The days that a certificate is left stand in every observation, and are read now and then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from monitor.clock import SystemClock
from monitor.model.observation import Outcome, Trigger
from monitor.model.signals import SignalKind, SignalValue
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file, server_side
from tests.probes.conftest import Probe, make_check
from tests.probes.http_app import App, always
from tests.probes.servers import OK, answering, serving


class _Clock(SystemClock):
    later = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.later


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    return authority_file(authority, tmp_path)


def _ending(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def test_the_days_left_are_a_signal_and_no_verdict(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    context = server_side(authority, not_after=_ending(5))
    async with serving(answering(OK), context) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.CERTIFICATE_DAYS_LEFT) == pytest.approx(5, abs=0.1)


async def test_plain_http_has_no_certificate(probe: Probe) -> None:
    async with serving(answering(OK)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert observation.signal(SignalKind.CERTIFICATE_DAYS_LEFT) is None


async def test_a_new_certificate_is_seen_after_a_while_or_by_a_run_off_the_plan(
    authority: trustme.CA, ca_file: str
) -> None:
    clock, context = _Clock(), server_side(authority, not_after=_ending(5))
    prober, days = Prober(clock), list[SignalValue | None]()
    async with serving(answering(OK), context) as port:
        check = make_check("http", url=f"https://localhost:{port}/", ca_file=ca_file)

        async def look(trigger: Trigger = Trigger.SCHEDULE) -> None:
            seen = await prober.probe(check, trigger=trigger)
            days.append(seen.signal(SignalKind.CERTIFICATE_DAYS_LEFT))

        await look()
        authority.issue_cert("localhost", not_after=_ending(80)).configure_cert(context)
        await look()
        await look(Trigger.RETRY)
        authority.issue_cert("localhost", not_after=_ending(90)).configure_cert(context)
        await look()
        clock.later = 1000.0
        await look()
    await prober.close()

    assert days == [pytest.approx(each, abs=0.1) for each in (5, 5, 80, 80, 90)]


async def test_the_certificate_is_that_of_the_checks_own_host(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    async with serving(answering(OK), server_side(authority, not_after=_ending(3))) as other:
        moved = App({"/": always({}, "302 Found", f"Location: https://localhost:{other}/")})
        async with serving(moved, server_side(authority, not_after=_ending(7))) as port:
            observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.CERTIFICATE_DAYS_LEFT) == pytest.approx(7, abs=0.1)

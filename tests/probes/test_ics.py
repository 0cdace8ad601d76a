"""A calendar, by address or from a file, arrives as it is; what is no calendar does not."""

from pathlib import Path

import pytest

from monitor.model.codec import from_json, to_json
from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import Probe, kind_of
from tests.probes.servers import answering, http, serving, silent
from tests.support.programs import free_port

CALENDAR = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//clearing//ZH\r
BEGIN:VEVENT\r
UID:1@clearing.example\r
DTSTAMP:20260301T000000Z\r
DTSTART;TZID=Asia/Shanghai:20260308T000000\r
DURATION:PT8H\r
SUMMARY:清算系统维护\r
END:VEVENT\r
END:VCALENDAR\r
"""


async def test_a_calendar_at_an_address_is_delivered(probe: Probe) -> None:
    async with serving(answering(http("200 OK", CALENDAR.encode()))) as port:
        seen = await probe("ics", url=f"http://127.0.0.1:{port}/year.ics")

    assert seen.outcome is Outcome.OK
    assert seen.stage is Stage.SEMANTIC
    assert seen.document == CALENDAR.strip()
    assert from_json(Observation, to_json(seen)) == seen


async def test_a_calendar_in_a_file_is_delivered_and_follows_it(
    probe: Probe, tmp_path: Path
) -> None:
    path = tmp_path / "year.ics"
    path.write_text("\ufeff" + CALENDAR, newline="")
    first = await probe("ics", file=str(path))
    path.write_text(CALENDAR.replace("PT8H", "PT6H"), newline="")
    second = await probe("ics", file=str(path))

    assert first.document == CALENDAR.strip()
    assert "PT6H" in second.document


async def test_as_long_as_it_stays_the_same_all_observations_share_one_text(
    probe: Probe, tmp_path: Path
) -> None:
    path = tmp_path / "year.ics"
    path.write_text(CALENDAR, newline="")

    first, second = [await probe("ics", file=str(path)) for _ in range(2)]

    assert first.document is second.document


@pytest.mark.parametrize(
    "body",
    [
        "<html>Sign in</html>",
        CALENDAR[: len(CALENDAR) // 2],
        "",
        CALENDAR + "<!-- served by cache 3 -->",
    ],
    ids=["a web page", "half of it", "nothing", "more than it"],
)
async def test_what_is_no_whole_calendar_is_not_delivered(probe: Probe, body: str) -> None:
    async with serving(answering(http("200 OK", body.encode()))) as port:
        seen = await probe("ics", url=f"http://127.0.0.1:{port}/")

    assert kind_of(seen) is FailureKind.CONTRACT_BROKEN
    assert seen.document == ""


async def test_a_calendar_that_is_too_large_is_not_read(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "year.ics"
    path.write_text(CALENDAR * 40)
    async with serving(answering(http("200 OK", path.read_bytes()))) as port:
        fetched = await probe("ics", url=f"http://127.0.0.1:{port}/", max_body="4KiB")
    read = await probe("ics", file=str(path), max_body="4KiB")

    assert kind_of(fetched) is kind_of(read) is FailureKind.BODY_TOO_LARGE


async def test_a_calendar_that_cannot_be_had_is_a_typed_failure(
    probe: Probe, tmp_path: Path
) -> None:
    gone = await probe("ics", url=f"http://127.0.0.1:{free_port()}/")
    async with serving(silent) as port:
        mute = await probe("ics", timeout=0.3, url=f"http://127.0.0.1:{port}/")
    async with serving(answering(http("404 Not Found"))) as port:
        missing = await probe("ics", url=f"http://127.0.0.1:{port}/")
    no_file = await probe("ics", file=str(tmp_path / "none.ics"))

    assert kind_of(gone) is FailureKind.CONNECT_REFUSED
    assert kind_of(mute) is FailureKind.RESPONSE_TIMEOUT
    assert kind_of(missing) is FailureKind.STATUS_UNEXPECTED
    assert kind_of(no_file) is FailureKind.LOCAL_RESOURCE
    assert no_file.signal(SignalKind.ERRNO) == "ENOENT"

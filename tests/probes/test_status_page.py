"""What a third party says of itself is read over HTTP: a signal, an announcement, never a guess."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
import pytest_asyncio

from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.codec import from_json, to_json
from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import Probe, kind_of, make_check
from tests.probes.hand_clock import HandClock
from tests.probes.host_stand import of_kind
from tests.probes.page_documents import (
    API,
    INSTATUS,
    INSTATUS_COMPONENTS,
    TRANSFERS,
    incident,
    maintenance,
    part,
    statuspage,
)
from tests.probes.servers import answering, http, serving, silent
from tests.support.programs import free_port

MAPPED = {"Payments API": "channel-a"}


class Read(Protocol):
    """Probe a page whose paths hold the given documents."""

    async def __call__(self, *documents: Mapping[str, Any] | str, **fields: Any) -> Observation: ...


@pytest_asyncio.fixture
async def read() -> AsyncIterator[Read]:
    prober = Prober(HandClock())

    async def run(*documents: Mapping[str, Any] | str, **fields: Any) -> Observation:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            number = int((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].strip(b"/"))
            document = documents[number]
            body = document if isinstance(document, str) else json.dumps(document)
            writer.write(http("200 OK", body.encode()))

        async with serving(serve) as port:
            url = f"http://127.0.0.1:{port}"
            if len(documents) > 1:
                fields["components_url"] = f"{url}/1"
            return await prober.probe(make_check("status_page", url=f"{url}/0", **fields))

    yield run
    await prober.close()


async def test_a_page_on_which_all_is_well_is_ok(read: Read) -> None:
    seen = await read(statuspage(), components=MAPPED)

    assert seen.outcome is Outcome.OK
    assert seen.stage is Stage.BUSINESS
    assert seen.announcements == ()
    assert seen.signal(SignalKind.PAGE_INDICATOR) == "none"
    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [("operational", "channel-a")]
    assert of_kind(seen, SignalKind.PAGE_OPEN_INCIDENTS) == [(0, "")]
    assert seen.signal(SignalKind.PAGE_AGE_SECONDS) == 3600


async def test_the_word_of_a_page_is_a_signal_and_no_verdict(read: Read) -> None:
    document = statuspage(
        status={"indicator": "critical", "description": "Major System Outage"},
        components=[part(API, "major_outage"), part(TRANSFERS)],
        incidents=[incident(API)],
    )

    seen = await read(document, components=MAPPED)

    assert seen.outcome is Outcome.OK
    assert seen.signal(SignalKind.PAGE_INDICATOR) == "critical"
    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [("major_outage", "channel-a")]
    assert of_kind(seen, SignalKind.PAGE_OPEN_INCIDENTS) == [(1, "Payments fail (major)")]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("operational", Outcome.OK),
        ("degraded_performance", Outcome.OK),
        ("partial_outage", Outcome.DEGRADED),
        ("major_outage", Outcome.FAILED),
    ],
)
async def test_a_check_may_make_the_word_a_verdict(
    read: Read, status: str, outcome: Outcome
) -> None:
    rules = {"degraded_when": ["partial_outage"], "failed_when": ["major_outage"]}

    seen = await read(statuspage(components=[part(API, status)]), components=["c1"], **rules)

    assert seen.outcome is outcome
    assert kind_of(seen) is (None if outcome is Outcome.OK else FailureKind.REPORTED)


async def test_only_what_is_mapped_concerns_us(read: Read) -> None:
    document = statuspage(
        components=[part(API), part(TRANSFERS, "major_outage")],
        incidents=[incident(TRANSFERS)],
        scheduled_maintenances=[maintenance(TRANSFERS)],
    )

    seen = await read(document, components=MAPPED)

    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [("operational", "channel-a")]
    assert seen.signal(SignalKind.PAGE_OPEN_INCIDENTS) == 0
    assert seen.announcements == ()


async def test_the_worst_of_several_components_speaks_for_ours(read: Read) -> None:
    document = statuspage(components=[part(API, "partial_outage"), part(TRANSFERS)])
    names = {"payments api": "channel-a", "c2": "channel-a", "Transfers": ""}

    seen = await read(document, components=names)

    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [
        ("partial_outage", "channel-a"),
        ("operational", "target"),
    ]


async def test_without_a_mapping_the_whole_page_speaks_of_the_component(read: Read) -> None:
    document = statuspage(
        components=[part(API), part(TRANSFERS, "under_maintenance")],
        scheduled_maintenances=[maintenance(TRANSFERS, status="in_progress")],
    )

    seen = await read(document)

    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [("maintenance", "target")]
    assert seen.announcements[0].components == ("target",)


async def test_a_maintenance_is_announced_with_its_times_and_our_components(read: Read) -> None:
    seen = await read(
        statuspage(scheduled_maintenances=[maintenance(API, TRANSFERS)]), components=MAPPED
    )

    assert seen.announcements == (
        Announcement(
            id="m1",
            check="probed",
            title="Database upgrade",
            status=AnnouncementStatus.SCHEDULED,
            start=datetime(2026, 3, 1, 16, tzinfo=UTC),
            end=datetime(2026, 3, 1, 18, tzinfo=UTC),
            components=("channel-a",),
            updated_at=datetime(2026, 3, 1, 3, 55, tzinfo=UTC),
        ),
    )
    assert seen.signal(SignalKind.PAGE_MAINTENANCES) == 0
    assert from_json(Observation, to_json(seen)) == seen


async def test_a_maintenance_that_names_nothing_is_announced_for_nothing(read: Read) -> None:
    work = maintenance(status="in_progress")

    seen = await read(statuspage(scheduled_maintenances=[work]), components=MAPPED)

    assert seen.announcements[0].components == ()
    assert of_kind(seen, SignalKind.PAGE_MAINTENANCES) == [
        (1, "Database upgrade 2026-03-01T16:00Z-2026-03-01T18:00Z")
    ]


async def test_of_very_many_announcements_those_in_progress_come_first(read: Read) -> None:
    works = [maintenance(id=f"m{each}") for each in range(80)]
    works.append(maintenance(id="now", status="verifying"))

    seen = await read(statuspage(scheduled_maintenances=works))

    assert len(seen.announcements) == 50
    assert seen.announcements[0].id == "now"


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        (
            statuspage(components=[part(API, "on_fire")]),
            "components.status",
            "on_fire",
        ),
        (
            statuspage(status={"indicator": "purple"}),
            "status.indicator",
            "purple",
        ),
        (
            statuspage(incidents=[incident(API, status="pondering")]),
            "incidents.status",
            "pondering",
        ),
        (
            statuspage(scheduled_maintenances=[maintenance(API, scheduled_for="tonight")]),
            "scheduled_maintenances.scheduled_for",
            "tonight",
        ),
        (
            statuspage(components=[part(TRANSFERS)]),
            "components",
            "no component Payments API",
        ),
    ],
    ids=["status", "indicator", "incident", "time", "component that is gone"],
)
async def test_what_is_not_known_stays_unknown_and_is_told(
    read: Read, document: dict[str, Any], path: str, value: str
) -> None:
    seen = await read(document, components=MAPPED)

    assert seen.outcome is Outcome.DEGRADED
    assert kind_of(seen) is FailureKind.CONTRACT_BROKEN
    assert of_kind(seen, SignalKind.CONTRACT_VIOLATION) == [(path, value)]


async def test_an_unknown_word_is_never_operational_and_ends_no_incident(read: Read) -> None:
    document = statuspage(
        components=[part(API, "on_fire")], incidents=[incident(API, status="pondering")]
    )

    seen = await read(document, components=MAPPED)

    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [("unknown", "channel-a")]
    assert seen.signal(SignalKind.PAGE_OPEN_INCIDENTS) == 1


async def test_a_page_that_nobody_tends_is_stale_where_the_check_says_so(read: Read) -> None:
    fresh = await read(statuspage(), stale_after="2h")
    stale = await read(statuspage(), stale_after="30m")

    assert fresh.outcome is Outcome.OK
    assert kind_of(stale) is FailureKind.SILENT
    assert stale.outcome is Outcome.DEGRADED


async def test_the_components_of_instatus_come_from_their_own_document(read: Read) -> None:
    names = {"Transfers": "channel-c", "Payments API": "channel-a", "Refunds": "other"}

    seen = await read(INSTATUS, INSTATUS_COMPONENTS, components=names)

    assert of_kind(seen, SignalKind.PAGE_COMPONENT_STATUS) == [
        ("major_outage", "channel-c"),
        ("operational", "channel-a"),
        ("unknown", "other"),
    ]
    assert of_kind(seen, SignalKind.CONTRACT_VIOLATION) == [("components", "no component Refunds")]


@pytest.mark.parametrize(
    "document",
    ["pong", "[1, 2]", '{"ok": true}', "<html><body>Sign in</body></html>", "<feed", ""],
    ids=["no JSON", "a list", "another object", "a web page", "a broken feed", "nothing"],
)
async def test_what_is_no_page_is_a_broken_contract(read: Read, document: str) -> None:
    seen = await read(document)

    assert seen.outcome is Outcome.FAILED
    assert kind_of(seen) is FailureKind.CONTRACT_BROKEN
    assert seen.signal(SignalKind.PAGE_INDICATOR) is None


async def test_a_page_that_cannot_be_had_says_nothing_of_whom_it_tells_about(
    probe: Probe,
) -> None:
    gone = await probe("status_page", url=f"http://127.0.0.1:{free_port()}/")
    async with serving(silent) as port:
        mute = await probe("status_page", timeout=0.3, url=f"http://127.0.0.1:{port}/")
    limited = http("429 Too Many Requests", b"", "Retry-After: 30")
    async with serving(answering(limited)) as port:
        shed = await probe("status_page", url=f"http://127.0.0.1:{port}/")

    assert kind_of(gone) is FailureKind.CONNECT_REFUSED
    assert kind_of(mute) is FailureKind.RESPONSE_TIMEOUT
    assert kind_of(shed) is FailureKind.STATUS_UNEXPECTED
    assert shed.signal(SignalKind.RETRY_AFTER_SECONDS) == 30
    for each in (gone, mute, shed):
        assert each.signal(SignalKind.PAGE_COMPONENT_STATUS) is None

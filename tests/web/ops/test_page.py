"""Proves what operators read on the page, and that nothing written by others can run there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import httpx
import pytest

from monitor.model.check import Check
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status
from monitor.web.ops.page.overview import verdict, worst
from monitor.web.ops.page.rows import MOST_CHECKS
from monitor.web.ops.page.wording import Wording, duration, english, label
from tests.web.ops import samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import client_of


class Reader(HTMLParser):
    """Collects a page's text, its tags and every address it would load or link."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.attributes |= given.keys()
        if tag != "a":
            self.loaded += [value or "" for key, value in attrs if key in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


async def read(client: httpx.AsyncClient, path: str = "/", status: int = 200) -> Reader:
    response = await client.get(path)
    assert response.status_code == status
    reader = Reader()
    reader.feed(response.text)
    reader.close()
    return reader


async def test_the_page_shows_trouble_at_a_glance(client: httpx.AsyncClient) -> None:
    page = await read(client)

    for words in (
        "2 of 4 services affected",
        "Ledger: database anomaly Critical Open",
        "Since 12:06:48 3 m 12 s",
        "Cause Database anomaly Unreachable Confidence 92%",
        "for errno 111 ledger-sql ledger 12:06:50 database_refuses_connections 0.60",
        "against change 2.14.0 deployed 40 min before the onset",
        "Network fault Path uplink 31%",
        "Credit Pay critical credit-pay Major outage Major outage 3 m 12 s",
        "Bank A bank-a Third party Maintenance Operational 1 of 1 ok",
        "ledger-tcp tcp ledger Misconfigured Failed connect connect_refused",
        "uplink-tcp tcp uplink Unknown none yet",
        "Routine maintenance of Bank A mnt_aaaabbbbccccdddd bank-a In progress 11:40:00 12:40:00",
        "Pending on-call incident.opened",
        "Dead chat incident.opened",
        "Client error HTTP 400: no such channel",
        "Monitor fault: Clock jump Since 12:10:00 · the clock jumped by 3600 s",
        "Asia/Shanghai (UTC+08:00)",
        "Ledger: database anomaly Major 2025-02-28 12:10:00 2025-02-28 12:22:30 12 m 30 s",
    ):
        assert words in page.text


async def test_on_a_quiet_day_the_page_says_so(backend: FakeBackend) -> None:
    quiet = FakeBackend(samples.QUIET)
    quiet.all_incidents = []

    async with client_of(quiet) as client:
        page = await read(client)

    assert "All services operational" in page.text
    assert "No window is in progress or scheduled." in page.text
    assert "None is kept in the store." in page.text


async def test_an_incident_has_a_page_with_everything_that_was_told(
    client: httpx.AsyncClient,
) -> None:
    page = await read(client, f"/incidents/{samples.INCIDENT.id}")

    for words in (
        "Started 12:06:48 Confirmed 12:06:52 Recovered not yet Resolved not yet",
        "Database anomaly · Unreachable in ledger 92%",
        "What to do: docs/operations/database_anomaly.md Evidence",
        "ledger root Failing 12:06:48",
        "checkout Partial outage 12:06:48",
        "12:06:52 incident.opened Open · Critical · Database anomaly",
        "12:07:08 Disruption (published) Credit Pay is unavailable",
    ):
        assert words in page.text


async def test_an_incident_leads_to_the_operators_runbook_or_to_the_one_that_ships(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get(f"/incidents/{samples.INCIDENT.id}")
    at_home = FakeBackend()
    platform = replace(samples.CONFIGURATION.platform, runbooks_url="")
    at_home.settings = replace(samples.CONFIGURATION, platform=platform)
    async with client_of(at_home) as other:
        shipped = await other.get(f"/incidents/{samples.INCIDENT.id}")

    place = f"{samples.RUNBOOKS}/database_anomaly.md"
    assert f'<a href="{place}">docs/operations/database_anomaly.md</a>' in page.text
    assert 'href="/runbooks/database_anomaly">docs/operations' in shipped.text


async def test_a_resolved_incident_shows_its_downtime_and_who_took_it(
    client: httpx.AsyncClient,
) -> None:
    page = await read(client, f"/incidents/{samples.RESOLVED.id}")

    assert "Downtime 12 m 30 s Acknowledged li," in page.text


async def test_an_unknown_incident_is_a_page_that_says_so(client: httpx.AsyncClient) -> None:
    page = await read(client, "/incidents/<script>", status=404)

    assert "no incident '<script>'" in page.text
    assert "script" not in page.tags


async def test_without_a_store_the_page_still_shows_the_present(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.is_store_down = True

    page = await read(client)

    assert "The store cannot be read" in page.text
    assert "2 of 4 services affected" in page.text
    assert "Ledger: database anomaly Critical Open" in page.text


@pytest.mark.parametrize("path", ["/", f"/incidents/{samples.INCIDENT.id}"])
async def test_a_page_has_no_script_and_loads_only_its_own_style(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path)
    page = await read(client, path)

    assert page.loaded == ["data:,", "/assets/operations.css"]
    assert not {"script", "iframe", "form", "img", "b"} & set(page.tags)
    assert not {each for each in page.attributes if each.startswith("on") or each == "style"}
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert response.headers["cache-control"] == "no-store"


async def test_what_a_target_said_is_shown_as_text(client: httpx.AsyncClient) -> None:
    page = await read(client)

    assert "<b>127.0.0.1:5432</b> refused" in page.text


async def test_the_style_knows_light_and_dark_and_loads_nothing(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/assets/operations.css")

    assert response.headers["content-type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in response.text
    assert "url(" not in response.text
    assert "@import" not in response.text


async def test_ten_thousand_checks_are_cut_to_a_page_with_trouble_on_top() -> None:
    async with client_of(FakeBackend(crowded(10_000))) as client:
        response = await client.get("/")

    assert f"The first {MOST_CHECKS} of 10001 checks" in response.text
    assert response.text.index("ledger-sql") < response.text.index("check-00000")
    assert len(response.text) < 300_000


def crowded(count: int) -> Snapshot:
    many = {
        name: Check(name=name, type="tcp", component="uplink", spec=None)
        for name in (f"check-{n:05}" for n in range(count))
    }
    failing = samples.SNAPSHOT.checks["ledger-sql"]
    return replace(samples.SNAPSHOT, checks=many | {failing.name: failing})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0124, "12 ms"),
        (59, "59 s"),
        (60, "1 m"),
        (192, "3 m 12 s"),
        (3600, "1 h"),
        (7500, "2 h 5 m"),
        (86_400 * 3 + 7200, "3 d 2 h"),
    ],
)
def test_durations_read_in_at_most_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_times_are_shown_in_the_platforms_zone_with_the_day_where_it_is_another() -> None:
    now = datetime(2025, 3, 1, 16, 30, tzinfo=UTC)
    wording = Wording(ZoneInfo("Asia/Shanghai"), now)

    moment = wording.moment(now - timedelta(hours=1))

    assert (moment.text, moment.ago) == ("2025-03-01 23:30:00", "1 h ago")
    assert moment.iso == "2025-03-01T15:30:00.000000Z"
    assert wording.moment(now + timedelta(minutes=5)).text == "00:35:00"
    assert wording.moment(now + timedelta(minutes=5)).ago == "in 5 m"


@pytest.mark.parametrize(
    ("statuses", "sentence", "colour"),
    [
        ([], "No services are configured", "operational"),
        (["operational"], "All services operational", "operational"),
        (["operational", "maintenance"], "Maintenance in progress", "maintenance"),
        (["unknown", "maintenance"], "No data for 1 of 2 services", "unknown"),
        (["degraded", "unknown"], "1 of 2 services affected", "degraded"),
        (["degraded", "major_outage"], "2 of 2 services affected", "major_outage"),
    ],
)
def test_the_verdict_never_takes_silence_for_health(
    statuses: list[str], sentence: str, colour: str
) -> None:
    words = [Status(each) for each in statuses]

    assert (verdict(words), worst(words).value) == (sentence, colour)


def test_names_fall_back_from_english_to_any_language_to_the_name() -> None:
    assert english({"zh-CN": "账务库", "en": "Ledger"}, "ledger") == "Ledger"
    assert english({"zh-CN": "账务库"}, "ledger") == "账务库"
    assert english({}, "ledger") == "ledger"
    assert label("partial_outage") == "Partial outage"

"""The documents of each host of status pages, with their nulls and oddities, as one value."""

import json
from datetime import UTC, datetime

import pytest

from monitor.model.announcement import AnnouncementStatus
from monitor.model.status import Status
from monitor.probes.page import IncidentStatus, Indicator
from monitor.probes.page_reader import NoPageError
from monitor.probes.page_view import PageView
from monitor.probes.status_page import parse
from tests.probes.page_documents import (
    API,
    ATOM,
    INCIDENT_IO,
    INSTATUS,
    RSS,
    incident,
    maintenance,
    part,
    statuspage,
)

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def test_every_document_of_statuspage_is_read_for_what_it_holds() -> None:
    whole = statuspage(incidents=[incident(API)], scheduled_maintenances=[maintenance(API)])
    page = {"page": whole["page"]}
    read = {
        name: parse(json.dumps({**page, name: whole[name]}).encode())
        for name in ("status", "components", "incidents", "scheduled_maintenances")
    }
    single = parse(json.dumps({**page, "incident": incident(API)}).encode())

    assert read["status"].indicator is Indicator.NONE
    assert [each.name for each in read["components"].parts] == ["Payments API", "Transfers"]
    assert [each.id for each in read["incidents"].incidents] == ["i1"]
    assert [each.id for each in read["scheduled_maintenances"].maintenances] == ["m1"]
    assert single.incidents == read["incidents"].incidents
    assert read["status"].parts == ()
    assert not read["status"].lists_parts


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("operational", Status.OPERATIONAL),
        ("degraded_performance", Status.DEGRADED),
        ("partial_outage", Status.PARTIAL_OUTAGE),
        ("major_outage", Status.MAJOR_OUTAGE),
        ("full_outage", Status.MAJOR_OUTAGE),
        ("under_maintenance", Status.MAINTENANCE),
        ("Operational", Status.UNKNOWN),
        (None, Status.UNKNOWN),
        (3, Status.UNKNOWN),
        ({"is": "operational"}, Status.UNKNOWN),
    ],
)
def test_only_known_words_are_understood(raw: object, status: Status) -> None:
    components = [{**part(API), "status": raw}]

    page = parse(json.dumps(statuspage(components=components)).encode())

    assert page.parts[0].status is status


@pytest.mark.parametrize("status", [each for each in IncidentStatus if each.value != "unknown"])
def test_an_incident_is_open_until_it_is_resolved(status: IncidentStatus) -> None:
    document = statuspage(incidents=[incident(API, status=status.value)])

    view = PageView(page=parse(json.dumps(document).encode()), check="c", component="x")

    is_over = status in {IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM}
    assert bool(view.troubles()) is not is_over


def test_nulls_and_what_is_missing_are_no_surprise() -> None:
    document = statuspage(
        status=None,
        components=None,
        incidents=[{"id": None, "name": None, "status": None, "components": None}, None, 7],
        scheduled_maintenances=[{"id": "m", "scheduled_for": None}],
    )

    page = parse(json.dumps(document).encode())

    assert page.indicator is Indicator.UNKNOWN
    assert page.incidents[0].started_at is None
    assert page.maintenances[0].status is AnnouncementStatus.UNKNOWN
    assert page.drifts == ()


def test_a_page_without_components_knows_nothing_of_them() -> None:
    page = parse(json.dumps(statuspage(components=[])).encode())

    view = PageView(page=page, check="c", component="x")

    assert view.statuses() == {"x": Status.UNKNOWN}


def test_incident_io_says_what_goes_on() -> None:
    page = parse(json.dumps(INCIDENT_IO).encode())

    assert page.indicator is Indicator.MINOR
    assert [(each.name, each.status) for each in page.parts] == [("Payments API", Status.DEGRADED)]
    assert page.incidents[0].status is IncidentStatus.IDENTIFIED
    moving, planned = page.maintenances
    assert (moving.status, moving.end) == (AnnouncementStatus.IN_PROGRESS, None)
    assert planned.start == datetime(2026, 3, 2, tzinfo=UTC)
    assert planned.status is AnnouncementStatus.SCHEDULED
    assert page.updated_at == datetime(2026, 3, 1, 3, 55, tzinfo=UTC)
    assert page.drifts == ()


def test_incident_io_names_only_what_is_affected_so_the_rest_is_unknown() -> None:
    page = parse(json.dumps(INCIDENT_IO).encode())
    mapping = (("Payments API", "channel-a"), ("Refunds", "channel-b"))

    view = PageView(page=page, check="c", component="x", mapping=mapping)

    assert view.statuses() == {"channel-a": Status.DEGRADED, "channel-b": Status.UNKNOWN}
    assert view.absent() == ()


@pytest.mark.parametrize(
    ("impacts", "indicator"),
    [
        ([], Indicator.MAINTENANCE),
        (["operational"], Indicator.NONE),
        (["degraded_performance", "full_outage"], Indicator.CRITICAL),
        (["degraded_performance", "melted"], Indicator.UNKNOWN),
        (["partial_outage", "melted"], Indicator.MAJOR),
    ],
)
def test_the_worst_impact_is_the_indicator(impacts: list[str], indicator: Indicator) -> None:
    raw = INCIDENT_IO["ongoing_incidents"][0]
    incidents = [{**raw, "current_worst_impact": each} for each in impacts]

    page = parse(json.dumps({**INCIDENT_IO, "ongoing_incidents": incidents}).encode())

    assert page.indicator is indicator


def test_instatus_gives_a_length_instead_of_an_end() -> None:
    page = parse(json.dumps(INSTATUS).encode())

    assert page.indicator is Indicator.MINOR
    assert page.incidents[0].impact is Indicator.CRITICAL
    assert page.maintenances[0].start == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert page.maintenances[0].end == datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert page.drifts == ()


@pytest.mark.parametrize(
    ("word", "indicator"),
    [
        ("UP", Indicator.NONE),
        ("UNDERMAINTENANCE", Indicator.MAINTENANCE),
        ("SLEEPING", Indicator.UNKNOWN),
    ],
)
def test_instatus_names_nothing_while_nothing_goes_on(word: str, indicator: Indicator) -> None:
    page = parse(json.dumps({"page": {"name": "C", "status": word}}).encode())

    assert page.indicator is indicator
    assert not page.incidents
    assert not page.maintenances


@pytest.mark.parametrize("length", ["long", "9e9"], ids=["no number", "beyond the calendar"])
def test_a_length_that_is_none_is_told(length: str) -> None:
    works = [{**INSTATUS["activeMaintenances"][0], "duration": length}]

    page = parse(json.dumps({**INSTATUS, "activeMaintenances": works}).encode())

    assert page.maintenances[0].end is None
    assert [each.path for each in page.drifts] == ["activeMaintenances.duration"]


def test_a_feed_says_how_fresh_it_is_and_no_status() -> None:
    page = parse(ATOM.encode())

    assert page.indicator is Indicator.UNKNOWN
    assert page.updated_at == datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    assert page.latest == "Payments <b>fail</b>"
    assert not page.incidents
    assert not page.maintenances


def test_the_maintenance_that_rss_marks_is_read() -> None:
    page = parse(RSS.encode())

    (work,) = page.maintenances
    assert work.title == "Core switch"
    assert work.start == datetime(2026, 3, 1, 3, tzinfo=UTC)
    assert work.end == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert page.updated_at == datetime(2026, 3, 1, 3, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "written"),
    [("GB2312", "gbk"), ("gbk", "gbk"), ("GB18030", "gb18030"), ("Big5", "big5"), ("", "utf-8")],
)
def test_a_feed_is_read_in_the_encoding_that_it_declares(declared: str, written: str) -> None:
    said = f'encoding="{declared}"' if declared else ""
    feed = RSS.replace('encoding="UTF-8"', said).replace("Core switch", "系統維護")

    (work,) = parse(feed.encode(written)).maintenances

    assert work.title == "系統維護"


@pytest.mark.parametrize(
    "time",
    ["Sun, 01 Mar 2026 13:00:00 +99999999999999", "0001-01-01T00:00:00+08:00"],
    ids=["zone", "before the first year"],
)
def test_a_time_beyond_the_calendar_is_none(time: str) -> None:
    feed = parse(RSS.replace("Sun, 01 Mar 2026 13:00:00 +0800", time).encode())
    work = {**maintenance(API), "scheduled_until": time}
    page = parse(json.dumps(statuspage(scheduled_maintenances=[work])).encode())

    assert feed.maintenances[0].end is None
    assert page.maintenances[0].end is None
    assert [each.path for each in page.drifts] == ["scheduled_maintenances.scheduled_until"]


def test_a_feed_gives_times_alone_so_the_clock_says_what_goes_on() -> None:
    view = PageView(page=parse(RSS.encode()), check="c", component="x")
    seen = {
        each.kind.value: each.value
        for each in (*view.signals(NOW), *view.signals(NOW.replace(hour=2)))
    }
    now = {each.kind.value: each.value for each in view.signals(NOW)}

    assert now["page_maintenances"] == 1
    assert seen["page_maintenances"] == 0


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + ATOM.split("?>", 1)[1]


@pytest.mark.parametrize(
    "feed",
    [
        BOMB,
        ATOM[:-20],
        "<opml></opml>",
        "<a>" * 100_000,
        ATOM.replace("UTF-8", "KLINGON-8"),
        ATOM.replace("UTF-8", "idna"),
    ],
    ids=["entities", "cut", "another kind", "nested without end", "unknown signs", "no signs"],
)
def test_a_feed_that_is_none_is_refused(feed: str) -> None:
    with pytest.raises(NoPageError):
        parse(feed.encode())


def test_a_feed_of_many_entries_is_read_to_a_limit() -> None:
    entry = ATOM[ATOM.index("<entry>") : ATOM.index("</entry>") + 8]
    works = RSS[RSS.index("<item>") : RSS.index("</item>") + 7]

    assert parse(ATOM.replace("</feed>", entry * 5000 + "</feed>").encode()).latest
    many = parse(RSS.replace("</channel>", works * 5000 + "</channel>").encode())
    assert len(many.maintenances) == 199


def test_very_many_unknown_words_are_told_once_each_and_a_few_at_most() -> None:
    components = [{**part(API), "status": f"odd {each % 50}"} for each in range(900)]

    page = parse(json.dumps(statuspage(components=components)).encode())

    assert len(page.drifts) == 20

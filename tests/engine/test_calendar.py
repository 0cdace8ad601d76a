"""Series, imported calendars and third parties' pages become windows, and excuse no more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.engine.commands import CommandError, ConflictError, NotFoundError
from monitor.engine.planning import cancel_window, end_series, schedule_series
from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.configuration import Configuration
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import Window, WindowSource, WindowStatus
from monitor.model.observation import Outcome, Stage
from monitor.model.series import Series
from monitor.model.status import Status
from tests.engine.world import T0, World, check, credit_platform

NIGHTLY = Series(
    id="nightly",
    # 08:00:20 in Shanghai is twenty seconds after the world begins.
    start="2026-01-10T08:00:20",
    duration_seconds=60,
    time_zone="Asia/Shanghai",
    rule="FREQ=DAILY",
    services=("checkout", "repayment"),
)
PAGE, ICS = "bank-a-page", "bank-a-ics"


def _platform(*series: Series, pages: bool = False) -> Configuration:
    configuration = replace(credit_platform(), calendar=series)
    if not pages:
        return configuration
    page = replace(check("bank-a"), name=PAGE, type="status_page")
    ics = replace(check("bank-a"), name=ICS, type="ics")
    return replace(configuration, checks=(*configuration.checks, page, ics))


def _windows(world: World, origin: str) -> list[Window]:
    found = [each for each in world.engine.memory.windows.values() if each.origin == origin]
    return sorted(found, key=lambda each: each.start)


def _reload(world: World, configuration: Configuration) -> None:
    world.configuration = configuration
    world.batches.append(world.engine.reconfigure(configuration, world.now))
    world.rounds(2)


def test_a_nightly_hour_is_planned_two_weeks_ahead_begins_and_ends() -> None:
    world = World(_platform(NIGHTLY))
    world.rounds(2)
    assert len(_windows(world, "series/nightly")) == 14
    world.rounds(10)
    world.break_("gateway")
    world.rounds(10)
    assert world.shown("checkout") is Status.MAINTENANCE
    world.repair("gateway")
    world.rounds(25)

    first, second, *_ = _windows(world, "series/nightly")
    assert (first.status, second.status) == (WindowStatus.COMPLETED, WindowStatus.SCHEDULED)
    assert second.start - first.start == timedelta(days=1)
    assert world.incidents == []


def test_a_restart_plans_no_window_twice_nor_one_that_was_called_off() -> None:
    world = World(_platform(NIGHTLY))
    world.rounds(2)
    tomorrow = _windows(world, "series/nightly")[1]
    _, batch = cancel_window(world.engine.memory, tomorrow.id, world.now, "ann")
    world.batches.append(batch)
    world.restart()
    world.rounds(2)

    found = _windows(world, "series/nightly")
    assert len(found) == 14
    assert [each.status for each in found if each.id == tomorrow.id] == [WindowStatus.CANCELLED]


def test_a_called_off_night_stays_called_off_for_days() -> None:
    world = World(_platform(NIGHTLY))
    world.rounds(2)
    later = _windows(world, "series/nightly")[9]
    world.batches.append(cancel_window(world.engine.memory, later.id, world.now)[1])
    for _ in range(8):
        world.now += timedelta(days=1)
        world.batches.append(world.engine.advance(world.now))

    (found,) = [each for each in _windows(world, "series/nightly") if each.start == later.start]
    assert (found.id, found.status) == (later.id, WindowStatus.CANCELLED)


def test_a_reload_takes_over_what_the_file_says_of_the_windows_ahead() -> None:
    world = World(_platform(NIGHTLY))
    world.rounds(2)
    _reload(world, _platform(replace(NIGHTLY, duration_seconds=120, title={"en": "Longer"})))
    assert {each.end - each.start for each in _windows(world, "series/nightly")} == {
        timedelta(seconds=120)
    }
    _reload(world, _platform())
    assert {each.status for each in _windows(world, "series/nightly")} == {WindowStatus.CANCELLED}
    assert world.event_types.count("maintenance.cancelled") == 14


def test_a_series_of_drafts_waits_for_approval_night_by_night() -> None:
    world = World(_platform(replace(NIGHTLY, needs_approval=True)))
    world.rounds(15)
    assert {each.status for each in _windows(world, "series/nightly")} == {WindowStatus.DRAFT}
    assert set(world.event_types) == {"maintenance.drafted"}


def test_a_series_that_people_enter_survives_a_restart_and_ends_at_their_word() -> None:
    world = World()
    world.rounds(2)
    wish = replace(NIGHTLY, id="", created_by="ann")
    series, batch = schedule_series(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    again, _ = schedule_series(world.engine.memory, wish, world.now)
    world.rounds(1)
    assert again == series
    assert len(_windows(world, series.origin)) == 14
    world.restart()
    world.rounds(1)
    ended, batch = end_series(world.engine.memory, series.id, world.now, "bob")
    world.batches.append(batch)
    world.rounds(1)

    assert (ended.ended_by, ended.ended_at is not None) == ("bob", True)
    assert {each.status for each in _windows(world, series.origin)} == {WindowStatus.CANCELLED}
    assert {each.data["by"] for each in world.events if each.type.endswith("cancelled")} == {"bob"}
    world.restart()
    world.rounds(2)
    assert {each.status for each in _windows(world, series.origin)} == {WindowStatus.CANCELLED}


def test_a_series_about_what_is_gone_plans_nothing_until_it_is_back() -> None:
    world = World()
    full = world.configuration
    wish = replace(NIGHTLY, id="", services=("repayment",), created_by="ann")
    series, batch = schedule_series(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    world.rounds(2)
    _reload(world, replace(full, services=full.services[:1]))
    assert {each.status for each in _windows(world, series.origin)} == {WindowStatus.CANCELLED}

    world.rounds(60)
    _reload(world, full)
    planned = [each for each in _windows(world, series.origin) if not each.status.is_ended]
    assert len(planned) == 14


def test_a_series_that_cannot_be_is_refused() -> None:
    world = World(_platform(NIGHTLY))
    past = replace(NIGHTLY, rule="FREQ=DAILY;UNTIL=20250101", start="2024-01-01T00:00")
    with pytest.raises(CommandError, match="lies ahead"):
        schedule_series(world.engine.memory, past, world.now)
    with pytest.raises(CommandError, match="unknown service 'nobody'"):
        schedule_series(world.engine.memory, replace(NIGHTLY, services=("nobody",)), world.now)
    with pytest.raises(CommandError, match="title: unknown locale 'fr'"):
        schedule_series(world.engine.memory, replace(NIGHTLY, title={"fr": "x"}), world.now)
    with pytest.raises(ConflictError, match="stands in the configuration"):
        end_series(world.engine.memory, "nightly", world.now)
    with pytest.raises(NotFoundError):
        end_series(world.engine.memory, "ser_nothing", world.now)


def _announce(world: World, *announcements: Announcement) -> None:
    world.said[PAGE] = {"announcements": announcements, "stage": Stage.BUSINESS}


def _announcement(world: World, **changes: object) -> Announcement:
    plain = Announcement(
        id="x1",
        check=PAGE,
        title="Their upgrade",
        status=AnnouncementStatus.SCHEDULED,
        start=world.now + timedelta(seconds=20),
        end=world.now + timedelta(seconds=80),
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # a table of fields


def _theirs(world: World) -> Window:
    (window,) = _windows(world, f"check/{PAGE}")
    return window


def test_a_bank_that_announces_its_work_is_excused_and_nobody_else() -> None:
    world = World(_platform(pages=True))
    world.rounds(2)
    _announce(world, _announcement(world))
    world.rounds(2)
    assert (_theirs(world).source, _theirs(world).components) == (
        WindowSource.THIRD_PARTY,
        ("bank-a",),
    )
    world.rounds(10)
    world.break_("bank-a", "bank-b")
    world.rounds(5)

    (incident,) = world.incidents
    assert incident.root == "bank-b"
    assert world.shown("bank-a") is Status.MAINTENANCE


def test_the_end_of_their_window_is_not_our_recovery() -> None:
    world = World(_platform(pages=True))
    world.rounds(2)
    planned = _announcement(world)
    _announce(world, planned)
    world.rounds(12)
    world.break_("bank-a")
    world.rounds(5)
    _announce(world, replace(planned, status=AnnouncementStatus.COMPLETED))
    world.rounds(2)
    assert _theirs(world).status is WindowStatus.IN_PROGRESS
    assert _theirs(world).end < T0 + timedelta(seconds=60)
    world.rounds(15)

    (incident,) = world.incidents
    assert (incident.diagnosis.subcause, incident.window) == ("overrun", _theirs(world).id)
    assert incident.status is IncidentStatus.OPEN
    world.repair("bank-a")
    world.rounds(15)
    assert _theirs(world).status is WindowStatus.COMPLETED
    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]


def test_their_window_moves_and_is_called_off_as_they_say() -> None:
    world = World(_platform(pages=True))
    world.rounds(2)
    planned = _announcement(world, start=T0 + timedelta(hours=1), end=T0 + timedelta(hours=2))
    _announce(world, planned)
    world.rounds(2)
    _announce(world, replace(planned, end=T0 + timedelta(hours=3)))
    world.rounds(2)
    assert _theirs(world).end == T0 + timedelta(hours=3)
    world.said[PAGE] = {"outcome": Outcome.FAILED, "stage": Stage.CONNECT}
    world.rounds(2)
    assert _theirs(world).status is WindowStatus.SCHEDULED, "a page that is away says nothing"
    _announce(world)
    world.rounds(2)

    assert _theirs(world).status is WindowStatus.CANCELLED
    assert [each for each in world.event_types if each.startswith("maintenance")] == [
        "maintenance.scheduled",
        "maintenance.announced",
        "maintenance.changed",
        "maintenance.cancelled",
    ]


def _calendar(start: datetime, end: datetime, *more: str) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bank//EN", "BEGIN:VEVENT", "UID:night@bank",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}",
        *more, "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "\r\n".join(lines)


def test_a_calendar_is_followed_from_import_to_removal() -> None:
    world = World(_platform(pages=True))
    start = T0 + timedelta(hours=1)
    world.said[ICS] = {"document": _calendar(start, start + timedelta(hours=1))}
    world.rounds(2)
    (window,) = _windows(world, f"check/{ICS}")
    assert (window.source, window.components) == (WindowSource.CALENDAR, ("bank-a",))
    revision = window.revision
    world.rounds(2)
    world.said[ICS] = {"document": _calendar(start, start + timedelta(hours=2), "SEQUENCE:1")}
    world.rounds(2)
    (window,) = _windows(world, f"check/{ICS}")
    assert (window.end, window.revision) == (start + timedelta(hours=2), revision + 1)
    world.said[ICS] = {"document": "BEGIN:VCALENDAR\r\nEND:NOTHING\r\nEND:VCALENDAR"}
    world.rounds(2)
    assert world.engine.memory.calendar_problems[ICS]
    assert _windows(world, f"check/{ICS}")[0].status is WindowStatus.SCHEDULED
    world.said[ICS] = {"document": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR"}
    world.rounds(2)

    assert _windows(world, f"check/{ICS}")[0].status is WindowStatus.CANCELLED
    assert world.engine.memory.calendar_problems[ICS] == ()


def test_a_check_that_is_taken_out_takes_its_plans_along() -> None:
    world = World(_platform(pages=True))
    start = T0 + timedelta(hours=1)
    world.said[ICS] = {"document": _calendar(start, start + timedelta(hours=1))}
    world.rounds(2)
    _reload(world, _platform())
    assert _windows(world, f"check/{ICS}")[0].status is WindowStatus.CANCELLED

"""The examples of `checks/calendar` load as they stand, and plan what their comments say."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from monitor import resources
from monitor.config import load
from monitor.maintenance.lifecycle import ScopeHealth, advance, approve
from monitor.maintenance.plans import follow
from monitor.maintenance.scope import scope
from monitor.maintenance.sources import plans_of_series
from monitor.model.configuration import Configuration
from monitor.model.events import EventType
from monitor.model.maintenance import PatternKind, Window, WindowStatus
from monitor.probes.table import SPECS

FOLDER = resources.path("checks", "calendar")
GREEN = ScopeHealth(failing=False, known=True, oldest_seen_at=None)


def loaded(name: str) -> Configuration:
    """Return an example as `monitor run` would take it."""
    configuration = load(
        FOLDER / f"{name}.yml",
        probe_specs={type_: each.spec for type_, each in SPECS.items()},
        channel_specs={},
        environment={},
    )
    assert not configuration.warnings
    return configuration


def planned(configuration: Configuration, now: datetime) -> list[Window]:
    """Return the windows that stand in the calendar at *now*."""
    (series,) = configuration.calendar
    plans = plans_of_series(series, now)
    return [each for each, _ in follow(plans, {}, now)]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(windows: list[Window]) -> list[tuple[str, str]]:
    return [(f"{each.start:%Y-%m-%dT%H:%M}", f"{each.end:%Y-%m-%dT%H:%M}") for each in windows]


def test_the_48_hour_upgrade_waits_for_approval_and_is_told_a_week_ahead() -> None:
    configuration = loaded("upgrade")
    (draft,) = planned(configuration, day("2030-01-01"))

    # Midnight in Shanghai, and 48 hours that really pass.
    assert times([draft]) == [("2030-04-30T16:00", "2030-05-02T16:00")]
    assert draft.status is WindowStatus.DRAFT
    assert draft.owner == "payments"
    assert scope(draft, configuration.graph()) == {"checkout", "gateway"}
    window, told = approve(draft, "ann", day("2030-04-01"))
    assert told == (EventType.MAINTENANCE_SCHEDULED,)
    policy = configuration.maintenance
    lead = draft.start - timedelta(days=7)
    assert advance(window, lambda: GREEN, policy, lead - timedelta(seconds=1))[1] == ()
    announced, told = advance(window, lambda: GREEN, policy, lead)
    assert told == (EventType.MAINTENANCE_ANNOUNCED,)
    assert announced.announced_at == lead


def test_the_yearly_maintenance_is_over_midnight_and_in_the_calendar_a_month_ahead() -> None:
    configuration = loaded("yearly")

    assert times(planned(configuration, day("2030-01-10"))) == [
        ("2030-02-02T14:00", "2030-02-02T22:00")
    ]
    # The first Saturday of the next February is the first of the month.
    assert planned(configuration, day("2030-12-01")) == []
    assert times(planned(configuration, day("2031-01-10"))) == [
        ("2031-02-01T14:00", "2031-02-01T22:00")
    ]


def test_the_nightly_hour_follows_the_clocks_and_leaves_the_new_year_out() -> None:
    configuration = loaded("nightly")
    nights = planned(configuration, day("2030-03-08"))

    assert times(nights)[:4] == [
        ("2030-03-08T07:30", "2030-03-08T08:30"),
        ("2030-03-09T07:30", "2030-03-09T08:30"),
        # The clocks go from 02:00 to 03:00: the window begins at 03:30 by them.
        ("2030-03-10T07:30", "2030-03-10T08:30"),
        ("2030-03-11T06:30", "2030-03-11T07:30"),
    ]
    assert len(nights) == 14
    assert {each.expected.kind for each in nights} == {PatternKind.BLIPS}
    assert (nights[0].expected.count, nights[0].expected.max_seconds) == (3, 60.0)
    new_year = [start for start, _ in times(planned(configuration, day("2030-12-30")))]
    assert new_year[:2] == ["2030-12-30T07:30", "2031-01-02T07:30"]


@pytest.mark.parametrize("name", ["upgrade", "yearly", "nightly"])
def test_the_page_on_maintenance_leads_to_the_examples(name: str) -> None:
    page = resources.PACKAGE.parent.joinpath("docs/maintenance.md").read_text("utf-8")

    assert re.search(rf"\(\.\./checks/calendar/{name}\.yml\)", page)
    assert sorted(each.stem for each in FOLDER.glob("*.yml")) == ["nightly", "upgrade", "yearly"]

"""Planned windows as they stand in the file become series, and late ones are warned of."""

from pathlib import Path

from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.series import Series
from tests.config.specs import load_with

FILE = """
platform: {name: {zh-CN: 甲, en: A}, time_zone: Europe/London}
services: {checkout: {name: {zh-CN: 收银台, en: Checkout}, depends_on: [ledger]}}
components: {ledger: {kind: database}}
include: ["more.yml"]
uptime: {count_maintenance: true}
maintenance: {minimum_lead: 2d, reminder: 0}
calendar:
  upgrade:
    start: 2026-05-01T00:00
    duration: 48h
    services: [checkout]
"""
MORE = """
calendar:
  nightly:
    rrule: FREQ=DAILY
    start: "2026-01-01 02:00"
    duration: 1h
    time_zone: Asia/Shanghai
    except: [2026-02-17]
    components: [ledger]
    expected: {blips: 3, max: 60s}
    title: {zh-CN: 夜间维护, en: Nightly maintenance}
    note: for us
    owner: payments
    lead: 3h
    approval: true
"""


def test_series_are_read_from_all_files(tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text(MORE, encoding="utf-8")
    path = tmp_path / "monitor.yml"
    path.write_text(FILE, encoding="utf-8")

    configuration = load_with(path)

    assert configuration.calendar == (
        Series(
            id="upgrade",
            start="2026-05-01T00:00",
            duration_seconds=172_800,
            time_zone="Europe/London",
            services=("checkout",),
        ),
        Series(
            id="nightly",
            start="2026-01-01 02:00",
            duration_seconds=3600,
            time_zone="Asia/Shanghai",
            rule="FREQ=DAILY",
            excluded=("2026-02-17",),
            components=("ledger",),
            expected=ExpectedPattern(kind=PatternKind.BLIPS, count=3, max_seconds=60),
            title={"zh-CN": "夜间维护", "en": "Nightly maintenance"},
            note="for us",
            owner="payments",
            needs_approval=True,
            lead_seconds=10_800,
        ),
    )
    assert configuration.uptime.count_maintenance
    assert configuration.maintenance.reminder_seconds == 0
    (warning,) = configuration.warnings
    assert warning.endswith(
        "more.yml:14: calendar.nightly.lead: users hear of it 3 hours before it begins;"
        " the platform's minimum is 2 days"
    )

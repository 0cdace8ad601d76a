"""Deadlines of reports are off unless they are configured, and then as the operator says."""

from pathlib import Path

import pytest

from monitor.config import ConfigError
from monitor.model.incident import Severity
from monitor.model.reporting import ReportClock, ReportDeadline
from tests.config.specs import load_with

PLATFORM = "platform: {name: {zh-CN: 甲, en: A}}\n"


def test_no_deadline_is_active_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yml"
    for text in ("", "report_deadlines:\n", "report_deadlines: []\n"):
        path.write_text(PLATFORM + text, encoding="utf-8")
        assert load_with(path).report_deadlines == ()


def test_deadlines_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yml"
    path.write_text(
        PLATFORM + "report_deadlines:\n"
        "  - {rule: brief, after: 30m}\n"
        "  - rule: cac\n"
        "    level: II\n"
        "    severity: major\n"
        "    after: 4h\n"
        "    from: classification\n"
        "    remind_before: 1h\n"
        "    note: province\n",
        encoding="utf-8",
    )

    assert load_with(path).report_deadlines == (
        ReportDeadline(rule="brief", after_seconds=1800),
        ReportDeadline(
            rule="cac",
            level="II",
            severity=Severity.MAJOR,
            after_seconds=14_400,
            clock=ReportClock.CLASSIFICATION,
            remind_seconds=3600,
            note="province",
        ),
    )


def test_a_section_that_is_no_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yml"
    path.write_text(PLATFORM + "report_deadlines: {brief: 30m}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as error:
        load_with(path)

    assert str(error.value) == f"{path}:2: report_deadlines: expected a list of deadlines"

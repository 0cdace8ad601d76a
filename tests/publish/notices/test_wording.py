"""Times, durations and lists as people of each language write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.publish.notices.wording import (
    Times,
    ceil_minute,
    duration,
    head_names,
    join_names,
    localized,
    seconds_between,
    sentence,
)

AT = datetime(2026, 1, 9, 16, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "text", "name"),
    [
        ("zh-CN", "Asia/Shanghai", "2026年1月10日（周六）00:00", "北京时间"),
        ("en", "Asia/Shanghai", "Saturday, 10 January 2026, 00:00", "Beijing time (UTC+8)"),
        ("zh-CN", "Asia/Tokyo", "2026年1月10日（周六）01:00", "日本标准时间"),
        ("en", "Asia/Kolkata", "Friday, 9 January 2026, 21:30", "UTC+5:30"),
        (
            "en",
            "America/New_York",
            "Friday, 9 January 2026, 11:00",
            "Eastern Standard Time (UTC-5)",
        ),
    ],
)
def test_a_time_is_told_in_the_zone_of_the_platform(
    locale: str, zone: str, text: str, name: str
) -> None:
    times = Times(locale, zone)

    assert times.minute(AT) == text
    assert times.zone(AT) == name


def test_daylight_saving_time_is_named() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)

    assert Times("en", "Europe/Paris").zone(summer) == "Central European Summer Time (UTC+2)"


def test_the_date_is_not_repeated_on_the_same_day() -> None:
    times = Times("zh-CN", "Asia/Shanghai")

    assert times.until(AT + timedelta(hours=6), AT) == "06:00"
    assert times.until(AT + timedelta(hours=30), AT) == "2026年1月11日（周日）06:00"


def test_a_promised_time_is_never_earlier_than_promised() -> None:
    assert ceil_minute(AT) == AT.replace(minute=1, second=0)
    assert ceil_minute(AT.replace(second=0)) == AT.replace(second=0)


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "0 秒", "0 seconds"),
        (1, "1 秒", "1 second"),
        (60, "1 分钟", "1 minute"),
        (312, "5 分 12 秒", "5 minutes 12 seconds"),
        (3600, "1 小时", "1 hour"),
        (3605, "1 小时 5 秒", "1 hour 5 seconds"),
        (90061, "1 天 1 小时 1 分 1 秒", "1 day 1 hour 1 minute 1 second"),
    ],
)
def test_a_duration_is_exact(seconds: int, chinese: str, english: str) -> None:
    assert duration(seconds, "zh-CN") == chinese
    assert duration(seconds, "en") == english


@given(st.datetimes(), st.integers(0, 10**7), st.integers(0, 999_999))
def test_the_written_duration_is_the_difference_of_the_written_times(
    start: datetime, seconds: int, micro: int
) -> None:
    if start.year > 9000:
        start = start.replace(year=2026)
    end = start + timedelta(seconds=seconds, microseconds=micro)

    written = end.replace(microsecond=0) - start.replace(microsecond=0)

    assert seconds_between(start, end) == written.total_seconds()


def test_names_are_listed_as_each_language_does() -> None:
    assert join_names(["甲", "乙", "丙"], "zh-CN") == "甲、乙和丙"
    assert join_names(["A", "B"], "en") == "A and B"
    assert join_names([], "en") == ""


def test_a_title_names_a_few_services_and_counts_the_rest() -> None:
    assert head_names(list("甲乙丙丁"), "zh-CN") == "甲、乙、丙和丁"
    assert head_names(list("甲乙丙丁戊"), "zh-CN") == "甲、乙、丙等 5 项服务"
    assert head_names(list("ABCDE"), "en") == "A, B, C and 2 other services"


def test_a_missing_language_falls_back_to_one_that_is_there() -> None:
    assert localized({"en": "Checkout"}, "zh-CN") == "Checkout"
    assert localized({}, "zh-CN") == ""


def test_an_operators_text_becomes_a_sentence_once() -> None:
    assert sentence("款项安全", "zh-CN") == "款项安全。"
    assert sentence("Money is safe.", "en") == "Money is safe."
    assert sentence("  ", "en") == ""

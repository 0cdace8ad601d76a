"""The chart of response times: averages of ten minutes, gaps where nothing answered, no names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.check import Check
from monitor.model.history import Rollup
from monitor.model.observation import Outcome
from monitor.web.public.chart import STEPS, ResponseChart, felt_checks, response_chart
from tests.publish.notices.worlds import CONFIGURATION, after
from tests.web.public.scenes import calm

NOW = after(0)  # 02:02:05.7


def minute(minutes_ago: int, seconds: float, counts: Mapping[Outcome, int]) -> Rollup:
    at = NOW.replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    return Rollup(
        check="pay",
        start=at,
        resolution_seconds=60,
        counts=counts,
        duration_sum=seconds,
        duration_max=seconds,
        phases={},
    )


def chart(*minutes: Rollup) -> ResponseChart | None:
    return response_chart({"pay": minutes}, ["pay"], NOW)


def test_a_step_is_the_average_of_its_runs() -> None:
    drawn = chart(
        minute(1, 0.3, {Outcome.OK: 2}),
        minute(0, 0.6, {Outcome.OK: 3, Outcome.DEGRADED: 1}),
        minute(5, 0.1, {Outcome.OK: 1}),
    )

    assert drawn is not None
    assert len(drawn.values) == STEPS
    assert list(drawn.values[-2:]) == pytest.approx([0.1, 0.15])
    assert drawn.highest == pytest.approx(0.15)
    assert drawn.top == pytest.approx(0.2)
    assert drawn.average == pytest.approx(0.125)


def test_what_failed_or_is_too_old_is_not_drawn() -> None:
    failed = minute(0, 0.001, {Outcome.OK: 1, Outcome.FAILED: 1})
    old = minute(60 * 24 + 5, 1.0, {Outcome.OK: 1})
    missed = minute(0, 0.0, {Outcome.MISSED: 3})

    assert chart(failed, old, missed) is None
    assert chart() is None


def test_a_gap_is_a_gap() -> None:
    values = (0.5, None, 0.5, 1.0) + (None,) * (STEPS - 4)
    drawn = ResponseChart(NOW, values)

    assert drawn.lines() == "M0.0 50.0V50.0H5.0 M10.0 50.0V50.0H15.0V0.0H20.0"
    assert drawn.areas().count("Z") == 2


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0.0, 0.001), (0.1, 0.1), (0.101, 0.2), (0.21, 0.25), (0.3, 0.5), (0.7, 1.0), (12.0, 20.0)],
)
def test_the_scale_ends_at_a_round_figure(highest: float, top: float) -> None:
    assert ResponseChart(NOW, (highest,)).top == pytest.approx(top)


def test_the_checks_are_those_named_or_those_by_http_of_what_it_stands_on() -> None:
    def check(name: str, component: str, type_: str = "http", *, enabled: bool = True) -> Check:
        return Check(name=name, component=component, type=type_, spec=None, enabled=enabled)

    checks = (
        check("a", "gateway"),
        check("b", "gateway", "sql"),
        check("c", "gateway", enabled=False),
        check("d", "ledger-primary"),
        check("e", "bank-b", "journey"),
    )
    configuration = replace(CONFIGURATION, checks=checks)
    service = configuration.services[0]

    assert felt_checks(service, configuration) == ("a", "e")
    assert felt_checks(replace(service, response_time=("d",)), configuration) == ("d",)
    assert felt_checks(replace(service, response_time=()), configuration) == ()


async def test_the_page_shows_it_with_its_figures_in_words_and_without_names() -> None:
    scene = await calm()
    scene.responses = {"checkout": ResponseChart(NOW, (0.12, 0.18, *(None,) * (STEPS - 2)))}

    async with scene.visitor() as browser:
        page = (await browser.get("/?lang=zh-CN")).text
        english = (await browser.get("/?lang=en")).text

    assert "过去 24 小时响应时间：平均 150 毫秒，最高 180 毫秒" in page
    assert "<b>150 ms</b>" in english
    assert english.count('class="chart"') == 1
    assert "db-internal" not in english

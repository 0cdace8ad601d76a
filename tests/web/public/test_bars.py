"""Bars are written once: rendering must not hold up the loop, however many services there are."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.status import Status
from monitor.web.public.bars import Bars
from monitor.web.public.phrases import Phrases
from monitor.web.public.view import PublicDay
from tests.web.public.hard_scenes import crowded
from tests.web.public.scenes import calm


@pytest.fixture(name="written")
def _written(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the title of a day is written, which is what costs."""
    counts: Counter[str] = Counter()
    title = Phrases.day_title

    def counted(phrases: Phrases, day: PublicDay) -> str:
        counts[phrases.locale] += 1
        return title(phrases, day)

    monkeypatch.setattr(Phrases, "day_title", counted)
    return counts


async def test_equal_days_of_many_services_are_written_once(written: Counter[str]) -> None:
    site = (await crowded()).site()
    view = site.view()
    assert view is not None
    bars = Bars()

    rows = [bars.of(each, site.phrases(view, "en")) for each in view.services]
    again = [bars.of(each, site.phrases(view, "en")) for each in view.services]

    assert len(rows) == 60
    assert rows == again
    # 90 calm days, and today where a service is degraded.
    assert written == {"en": 91}


async def test_a_day_that_changes_is_written_anew_and_alone(written: Counter[str]) -> None:
    site = (await calm()).site()
    view = site.view()
    assert view is not None
    service = view.services[0]
    bars, phrases = Bars(), site.phrases(view, "zh-CN")
    bars.of(service, phrases)
    before = written["zh-CN"]
    today = replace(service.days[-1], worst=Status.MAJOR_OUTAGE)
    tomorrow = replace(today, day=today.day + timedelta(days=1), worst=Status.OPERATIONAL)

    row = bars.of(replace(service, days=(*service.days[1:-1], today, tomorrow)), phrases)

    assert written["zh-CN"] == before + 2
    assert row.count("<i ") == 90
    assert row.index("服务中断") < row.rindex("运行正常")

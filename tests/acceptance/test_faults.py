"""Every fault of the demo, from the first failing probe to the recovery notice, for real."""

import re
from datetime import timedelta

import pytest

from tests.acceptance.stand import time_of
from tests.acceptance.stories import EXPECTED, Seen
from tests.support.background import PATIENCE_SECONDS, Background

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(PATIENCE_SECONDS + 20)]

STORIES = [*EXPECTED, "postgres/database-down", "postgres/third-party-down"]
# What a probe may take: one that waits for a lock counts from its start.
PROBE = timedelta(seconds=2)


@pytest.fixture(name="story", params=STORIES)
def _story(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(name="seen")
def _seen(troupe: Background, story: str) -> Seen:
    seen: Seen = troupe.seen(story)
    return seen


@pytest.fixture(name="fault")
def _fault(story: str) -> str:
    return story.rsplit("/", maxsplit=1)[-1]


def test_one_incident_with_the_right_cause_and_evidence(seen: Seen, fault: str) -> None:
    expected = EXPECTED[fault]

    (incident,) = seen.all_incidents
    assert incident["cause"] == expected.cause
    assert seen.diagnosed["confidence"] >= 0.8
    assert seen.diagnosed["cause_component"].startswith(expected.component)
    assert set(seen.diagnosed["services"]) == expected.services
    named = {each["signal"] for each in seen.diagnosed["evidence"] if not each["against"]}
    assert named & expected.signals, named


def test_metrics_and_statuses_changed(seen: Seen, fault: str) -> None:
    expected = EXPECTED[fault]

    assert seen.open_metric == 1
    hit = {name for name, status in seen.statuses.items() if status != "operational"}
    assert hit == expected.services


def test_it_was_seen_soon_and_dated_right(seen: Seen) -> None:
    started, recovered = (time_of(seen.resolved[key]) for key in ("started_at", "recovered_at"))

    assert seen.repaired_at is not None
    assert seen.broken_at - PROBE <= started
    assert seen.repaired_at - PROBE <= recovered
    assert started <= time_of(seen.resolved["confirmed_at"]) <= recovered
    assert time_of(seen.resolved["resolved_at"]) >= recovered + timedelta(seconds=15)
    assert seen.resolved["downtime_seconds"] == (recovered - started).total_seconds()


def test_webhooks_were_signed_in_order_and_under_one_id_each(seen: Seen) -> None:
    types = [each["type"] for each in seen.webhooks]
    by_id = {each["id"]: each["body"]["type"] for each in seen.webhooks}

    assert all(each["verified"] for each in seen.webhooks)
    assert types[0] == "incident.opened"
    assert types[-1] == "incident.resolved"
    assert types.count("incident.opened") == types.count("incident.resolved") == 1
    assert len(by_id) == len(seen.webhooks)
    assert seen.webhooks[-1]["body"]["data"]["url"].endswith(seen.resolved["id"])


def test_notices_were_published_once_each_in_both_languages(seen: Seen) -> None:
    kinds = [each["kind"] for each in seen.notices]

    assert kinds.count("disruption") == 1
    assert kinds.count("recovery") == 1
    assert kinds[0] == "disruption"
    assert kinds[-1] == "recovery"
    for notice in seen.notices:
        assert set(notice["texts"]) == {"zh-CN", "en"}


def test_the_recovery_notice_states_the_exact_downtime(seen: Seen) -> None:
    seconds = round(seen.resolved["downtime_seconds"])
    texts = seen.notices[-1]["texts"]
    minutes, rest = divmod(seconds, 60)
    zh = (f"{minutes}分钟" if minutes else "") + (f"{rest}秒" if rest else "")
    near = {seconds - 1, seconds, seconds + 1}

    said = texts["zh-CN"]["text"].replace(" ", "")
    found = re.search(r"共(?:(\d+)分钟?)?(?:(\d+)秒)?", said)
    assert found is not None, said
    assert int(found[1] or 0) * 60 + int(found[2] or 0) in near, (zh, said)


def test_page_feed_and_api_told_it(seen: Seen) -> None:
    subject = seen.notices[0]["texts"]

    assert all(subject[lang]["subject"] in page for lang, page in seen.recovery_pages.items())
    assert 'lang="zh-CN"' in seen.pages["zh-CN"]
    assert 'lang="en"' in seen.pages["en"]
    assert seen.resolved["id"] in seen.feed
    assert subject["zh-CN"]["subject"] in seen.feed or subject["en"]["subject"] in seen.feed
    (incident,) = seen.summary["incidents"]
    assert incident["id"] == seen.resolved["id"]
    assert incident["status"] in ("investigating", "identified")
    states = {each["status"] for each in seen.summary["components"]}
    assert states - {"operational"}


def test_the_first_notice_was_on_the_page_once_it_was_published(seen: Seen) -> None:
    """How soon is reported at the end of the run."""
    assert seen.shown_at is not None
    assert seen.shown_at >= time_of(seen.notices[0]["at"])
    assert seen.repaired_at is not None
    assert seen.shown_at < seen.repaired_at


def test_nothing_internal_is_on_the_page(seen: Seen) -> None:
    internal = re.compile(r"ledger|gateway|bank-a|127\.0\.0\.1|database_anomaly|sqlstate")
    public = seen.resolved["public_url"].partition("/incidents/")[0]
    texts = [*seen.pages.values(), *seen.recovery_pages.values(), seen.feed, str(seen.summary)]

    shown = [text.replace(public, "") for text in texts]
    assert [found[0] for text in shown if (found := internal.search(text))] == []

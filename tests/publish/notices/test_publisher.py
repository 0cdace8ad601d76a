"""The publisher: after the commit, once each, in order, and never stopped by one failure."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from structlog.testing import capture_logs

from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.codec import to_json
from monitor.model.events import EventType
from monitor.model.incident import Incident, Origin
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.model.status import Status
from monitor.publish.notices.publisher import NoticePublisher
from monitor.publish.notices.render import TEMPLATES, Renderer
from tests.publish.notices.worlds import (
    ALL_WELL,
    CONFIGURATION,
    SECRETS,
    CountedNotices,
    FakeFacts,
    FakeStore,
    after,
    diagnosis,
    impact,
    incident,
    recovered,
    window,
)

DOWN_SERVICES = ("cash-loans", "repayment")
DOWN: Mapping[str, Status] = {**ALL_WELL, **dict.fromkeys(DOWN_SERVICES, Status.MAJOR_OUTAGE)}


@dataclass
class Desk:
    """A publisher with all that it needs, as a test sees it."""

    store: FakeStore = field(default_factory=FakeStore)
    facts: FakeFacts = field(default_factory=FakeFacts)
    counted: CountedNotices = field(default_factory=CountedNotices)
    renderer: Renderer = field(default_factory=Renderer)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew with what is stored, as after a crash."""
        self.publisher = NoticePublisher(
            store=self.store, renderer=self.renderer, facts=self.facts, metrics=self.counted
        )

    async def commit(self, subject: Incident | Window, seconds: float) -> tuple[Notice, ...]:
        incidents = (subject,) if isinstance(subject, Incident) else ()
        windows = (subject,) if isinstance(subject, Window) else ()
        self.publisher.saw(Batch(at=after(seconds), incidents=incidents, windows=windows))
        return await self.publisher.tick(after(seconds))


async def test_an_incident_is_told_from_disruption_to_recovery_in_both_languages() -> None:
    desk = Desk(facts=FakeFacts(services=DOWN))
    sure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY))

    await desk.commit(sure, 2)
    await desk.publisher.tick(after(60))
    desk.facts.services = ALL_WELL
    await desk.commit(recovered(sure, 312), 313)
    await desk.commit(recovered(sure, 312, resolved=True), 620)
    await desk.publisher.tick(after(621))

    assert desk.store.kinds() == [
        NoticeKind.DISRUPTION,
        NoticeKind.CAUSE_KNOWN,
        NoticeKind.MONITORING,
        NoticeKind.RECOVERY,
    ]
    last = desk.store.kept[-1]
    assert "10:02:05至10:07:17（北京时间），共 5 分 12 秒" in last.texts["zh-CN"].text
    assert "5 minutes 12 seconds" in last.texts["en"].text
    assert "数据库异常" in last.texts["zh-CN"].text
    assert desk.counted.told == [
        (kind.value, locale) for kind in desk.store.kinds() for locale in ("zh-CN", "en")
    ]


async def test_notices_of_one_moment_keep_their_order_by_time() -> None:
    desk = Desk()

    first, second = await desk.commit(incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY)), 60)

    assert (first.kind, second.kind) == (NoticeKind.DISRUPTION, NoticeKind.CAUSE_KNOWN)
    assert first.at < second.at


async def test_each_notice_is_saved_with_its_event() -> None:
    desk = Desk()

    (notice,) = await desk.commit(incident(), 60)
    (event,) = desk.store.events

    assert event.type is EventType.NOTICE_PUBLISHED
    assert event.subject == notice.id
    assert event.data["kind"] == "disruption"
    assert event.data["subject"] == notice.subject
    assert event.data["services"] == ["cash-loans", "repayment"]
    assert event.data["path"] == f"/incidents/{notice.subject}"
    assert event.data["texts"] == {
        locale: {"subject": text.subject, "text": text.text}
        for locale, text in notice.texts.items()
    }


async def test_a_restart_tells_nothing_twice_and_misses_nothing() -> None:
    desk = Desk()
    await desk.commit(incident(), 60)

    for seconds in (61, 62, 63):
        desk.start()
        desk.publisher.restore([incident()], [])
        assert await desk.publisher.tick(after(seconds)) == ()
    desk.start()
    desk.publisher.restore([recovered(incident(), 90, resolved=True)], [])
    await desk.publisher.tick(after(9000))

    assert desk.store.kinds() == [NoticeKind.DISRUPTION, NoticeKind.RECOVERY]


async def test_an_incident_of_many_days_is_told_on_after_a_restart() -> None:
    desk = Desk(facts=FakeFacts(services=DOWN))
    await desk.commit(incident(), 60)
    for half_hour in range(1, 252):
        await desk.publisher.tick(after(60 + 1801 * half_hour))
    desk.start()
    desk.publisher.restore([recovered(incident(), 460_000, resolved=True)], [])

    await desk.publisher.tick(after(460_301))

    assert desk.store.kinds().count(NoticeKind.UPDATE) > 200
    assert desk.store.kinds()[-1] is NoticeKind.RECOVERY


async def test_a_duplicate_that_the_store_refuses_is_taken_as_told() -> None:
    desk = Desk()
    await desk.commit(incident(), 10)  # Reads that nothing is stored yet.
    other = Desk(store=desk.store)
    await other.commit(incident(), 60)

    told = await desk.publisher.tick(after(61))

    assert told == ()
    assert desk.store.kinds() == [NoticeKind.DISRUPTION]


async def test_a_short_window_is_told_in_order() -> None:
    desk = Desk()
    active = window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600))

    await desk.commit(active, 3600)
    await desk.commit(
        replace(active, status=WindowStatus.COMPLETED, actual_end=after(10800)), 10801
    )

    assert desk.store.kinds() == [
        NoticeKind.MAINTENANCE_PLANNED,
        NoticeKind.MAINTENANCE_STARTED,
        NoticeKind.MAINTENANCE_COMPLETED,
    ]
    assert desk.store.events[0].data["path"] == f"/maintenance/{active.id}"


async def test_an_overrun_is_told_by_its_window_and_knows_who_was_called() -> None:
    desk = Desk()
    late = window(
        status=WindowStatus.OVERRUNNING, actual_start=after(3600), overrun_since=after(10800)
    )
    overrun = incident(
        id="inc_overrun", origin=Origin.OVERRUN, window=late.id, impact=(impact("checkout"),)
    )
    desk.facts.informed = {"inc_overrun"}

    await desk.commit(overrun, 11100)
    await desk.commit(late, 11100)

    assert {each.subject for each in desk.store.kept} == {late.id}
    assert desk.store.kinds()[-1] is NoticeKind.MAINTENANCE_OVERRUNNING
    assert "技术人员已收到通知" in desk.store.kept[-1].texts["zh-CN"].text


async def test_the_store_may_be_away_and_the_notice_waits() -> None:
    desk = Desk()
    desk.store.away = True

    with capture_logs() as logs:
        assert await desk.commit(incident(), 60) == ()
    desk.store.away = False
    (notice,) = await desk.publisher.tick(after(90))

    assert [each["event"] for each in logs] == ["drafts_not_read", "notice_subject_failed"]
    assert notice.kind is NoticeKind.DISRUPTION


async def test_a_broken_template_waits_alone_and_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    broken = folder / "en" / "maintenance_planned" / "body.txt"
    whole = broken.read_text()
    broken.write_text("{{ notice.nothing }}")
    desk = Desk(renderer=Renderer(folder))
    active = window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600))

    with capture_logs() as logs:
        await desk.commit(active, 3600)
        await desk.commit(incident(), 3600)
        for seconds in (3601, 3602, 3603, 3604, 3605, 3606):
            await desk.publisher.tick(after(seconds))
    failures = [each for each in logs if each["event"] == "notice_failed"]
    broken.write_text(whole)
    desk.renderer = Renderer(folder)
    desk.start()
    desk.publisher.restore([incident()], [active])
    await desk.publisher.tick(after(3700))

    assert (
        len(failures) == len(desk.counted.failures) == 3
    )  # At once, after 1 s and after 2 s more; the next is 4 s later.
    assert desk.store.kinds() == [
        NoticeKind.MAINTENANCE_STARTED,
        NoticeKind.DISRUPTION,
        NoticeKind.MAINTENANCE_PLANNED,
    ]


async def test_a_retracted_notice_is_not_told_again() -> None:
    desk = Desk()
    (notice,) = await desk.commit(incident(), 60)
    taken_back = replace(notice, state=NoticeState.RETRACTED)

    await desk.store.update_notice(taken_back, [])
    desk.publisher.changed(taken_back)
    await desk.publisher.tick(after(3000))

    assert desk.store.kept == [taken_back]


async def test_only_locales_of_the_platform_that_have_templates_are_rendered() -> None:
    platform = replace(CONFIGURATION.platform, locales=("en", "fr"))
    desk = Desk(facts=FakeFacts(configured=replace(CONFIGURATION, platform=platform)))

    (notice,) = await desk.commit(incident(), 60)

    assert set(notice.texts) == {"en"}


async def test_nothing_is_told_of_services_that_are_gone() -> None:
    desk = Desk(facts=FakeFacts(services=DOWN))
    await desk.commit(incident(), 60)
    left = tuple(each for each in CONFIGURATION.services if each.name not in DOWN_SERVICES)
    desk.facts.configured = replace(CONFIGURATION, services=left)

    await desk.publisher.tick(after(4000))
    await desk.commit(recovered(incident(), 5000, resolved=True), 5300)

    assert desk.store.kinds() == [NoticeKind.DISRUPTION]


async def test_nothing_internal_leaves_in_a_notice_or_its_event() -> None:
    desk = Desk(facts=FakeFacts(services=DOWN))
    sure = incident(diagnosis=diagnosis(Cause.DATABASE_ANOMALY))

    await desk.commit(sure, 60)
    await desk.commit(recovered(sure, 312, resolved=True), 620)
    await desk.commit(window(services=(), components=("ledger-primary",)), 700)

    left = json.dumps(to_json((desk.store.kept, desk.store.events)), ensure_ascii=False)
    assert desk.store.kinds()[-1] is NoticeKind.MAINTENANCE_PLANNED
    assert not [secret for secret in SECRETS if secret in left]

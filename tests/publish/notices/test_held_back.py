"""What a gate holds back is told once the gate opens, also of what has ended meanwhile."""

from dataclasses import replace
from datetime import time

from monitor.model.gates import Gate, QuietHours
from monitor.model.incident import Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind
from tests.publish.notices.office import DOWN, Office
from tests.publish.notices.worlds import (
    CONFIGURATION,
    FakeFacts,
    after,
    incident,
    recovered,
    window,
)

# Everything here begins shortly after two o'clock.
QUIET = QuietHours(start=time(0), end=time(6), time_zone="UTC")
MORNING = after(4 * 3600)


def office_behind(gate: Gate) -> Office:
    policy = replace(CONFIGURATION.notices, gates=(gate,))
    return Office(facts=FakeFacts(DOWN, configured=replace(CONFIGURATION, notices=policy)))


async def test_a_recovery_in_quiet_hours_is_told_in_the_morning() -> None:
    office = office_behind(Gate(kinds=(NoticeKind.RECOVERY,), quiet_hours=QUIET))
    await office.commit(incident(), 60)
    await office.commit(recovered(incident(), 600, resolved=True), 900)
    assert office.store.kinds() == [NoticeKind.DISRUPTION]

    await office.publisher.tick(MORNING)

    assert office.store.kinds()[-1] is NoticeKind.RECOVERY
    assert office.publisher.subject(incident().id) is None


async def test_the_end_of_work_in_quiet_hours_is_told_in_the_morning() -> None:
    office = office_behind(Gate(kinds=(NoticeKind.MAINTENANCE_COMPLETED,), quiet_hours=QUIET))
    begun = window(status=WindowStatus.IN_PROGRESS, actual_start=after(3600))
    await office.commit(begun, 3600)
    await office.commit(replace(begun, status=WindowStatus.COMPLETED, actual_end=after(7200)), 7200)

    await office.publisher.tick(MORNING)

    assert office.store.kinds()[-1] is NoticeKind.MAINTENANCE_COMPLETED


async def test_what_a_gate_never_lets_out_is_not_followed_for_ever() -> None:
    office = office_behind(Gate(kinds=(NoticeKind.RECOVERY,), severity=Severity.CRITICAL))
    await office.commit(incident(), 60)
    await office.commit(recovered(incident(), 600, resolved=True), 900)
    assert office.publisher.subject(incident().id) is not None

    await office.publisher.tick(after(3 * 86_400))

    assert office.publisher.subject(incident().id) is None

"""What third parties say of themselves: it corroborates, since pages lag behind."""

from datetime import timedelta

from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.cause import Cause
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S
from monitor.model.status import Status

_PAGE_TYPE = "status_page"
_WORKING = (AnnouncementStatus.IN_PROGRESS, AnnouncementStatus.VERIFYING)
# Work that the page gives no word of lasts this long beyond its planned end.
_GRACE = timedelta(minutes=5)
_BAD_WORDS = frozenset(each.value for each in Status if each.is_bad)


def _pages(scene: Scene) -> tuple[Observation, ...]:
    """Return the last look at each status page, whichever component its check belongs to."""
    owners = {each.component for each in scene.case.checks.values() if each.type == _PAGE_TYPE}
    return tuple(
        each for name in sorted(owners) for each in scene.latest(name) if each.type == _PAGE_TYPE
    )


def _says_so(suspect: Suspect) -> Finding | None:
    """Find their own page speaking of trouble at the part that we use."""
    if suspect.kind is not ComponentKind.THIRD_PARTY:
        return None
    seen = tuple(
        Fact(
            signal=S.PAGE_COMPONENT_STATUS,
            value=signal.value,
            component=page.component,
            check=page.check,
            at=page.started_at,
            detail=signal.detail,
        )
        for page in suspect.scene.once("pages", lambda: _pages(suspect.scene))
        for signal in page.signals
        if signal.kind is S.PAGE_COMPONENT_STATUS
        and signal.detail == suspect.component
        and signal.value in _BAD_WORDS
    )
    return Finding(weight=0.5, facts=seen) if seen else None


def _announced(weight: float, suspect: Suspect) -> Finding | None:
    seen = tuple(
        Fact(
            signal=S.ANNOUNCEMENT,
            value=work.id,
            component=suspect.component,
            check=page.check,
            at=page.started_at,
            detail=f"{work.title}: {_time(work.start)} to {_time(work.end)}",
        )
        for page in suspect.scene.once("pages", lambda: _pages(suspect.scene))
        for work in page.announcements
        if _covers(work, suspect)
    )
    return Finding(weight=weight, facts=seen) if seen else None


def _covers(work: Announcement, suspect: Suspect) -> bool:
    """Whether announced work goes on now, at the suspect, and began before it failed."""
    scene = suspect.scene
    if suspect.component not in work.components or work.start is None:
        return False
    onset = scene.onset_of(suspect.component)
    if onset is None or onset.first_failure_at < work.start:
        return False
    if work.status in _WORKING:
        return True
    is_open = work.status in (AnnouncementStatus.SCHEDULED, AnnouncementStatus.UNKNOWN)
    return is_open and (work.end is None or scene.now < work.end + _GRACE)


def _time(at: object) -> str:
    return at.isoformat() if hasattr(at, "isoformat") else "?"


def _works_as_announced(suspect: Suspect) -> Finding | None:
    return _announced(0.92, suspect)


def _work_explains(suspect: Suspect) -> Finding | None:
    """Doubt every other cause: what is broken during the work is the work."""
    return _announced(0.85, suspect)


RULES = (
    supports(
        Cause.THIRD_PARTY_INTERFACE,
        "their_page_says_so",
        0.5,
        _says_so,
        S.PAGE_COMPONENT_STATUS,
    ),
    supports(
        Cause.MAINTENANCE,
        "they_announced_it",
        0.92,
        _works_as_announced,
        S.ANNOUNCEMENT,
        subcause="third_party",
    ),
    *(
        doubts(cause, f"announcement_explains_{cause.value}", 0.85, _work_explains, S.ANNOUNCEMENT)
        for cause in (
            Cause.THIRD_PARTY_INTERFACE,
            Cause.NETWORK_FAULT,
            Cause.APPLICATION_FAULT,
        )
    ),
)

"""Which notices are due: pure and level-triggered, so a crash or a jump catches up by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model.configuration import NoticePolicy
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice
from monitor.publish.notices.gates import PERSONAL
from monitor.publish.notices.incident_plan import IncidentPlan
from monitor.publish.notices.occasion import NoticeIntent, Reason
from monitor.publish.notices.window_plan import WindowPlan

__all__ = ["NoticeIntent", "Reason", "due_notices", "is_held_back", "overtaken"]

# So long after an end its notice may wait for quiet hours to be over, or for others to be old.
LONGEST_HELD = timedelta(days=2)


def due_notices(
    subject: Incident | Window,
    existing: Sequence[Notice],
    policy: NoticePolicy,
    now: datetime,
    *,
    services: Sequence[str],
) -> tuple[NoticeIntent, ...]:
    """Return the notices about *subject* that are due and not in *existing*, most urgent first.

    Publishing one may make the next needless, so callers plan anew after each. *services* are the
    user-facing services that *subject* touches and that there still are. What a gate keeps back
    is not returned; what waits for a person is, marked as such.
    """
    if isinstance(subject, Window) and (not services or not subject.is_public):
        return ()
    due = _plan(subject, existing, policy, now).due()
    if services or not subject.services:
        return due
    # Users know no name for what it hit; a person may still have something to say.
    return tuple(each for each in due if each.kind in PERSONAL)


def is_held_back(
    subject: Incident | Window, existing: Sequence[Notice], policy: NoticePolicy, now: datetime
) -> bool:
    """Whether a gate still keeps a notice about *subject* back that it may let out."""
    ended_at = _ended_at(subject)
    if ended_at is not None and now - ended_at > LONGEST_HELD:
        return False
    plan = _plan(subject, existing, policy, now)
    plan.due()
    return plan.holds_back


def overtaken(
    subject: Incident | Window, existing: Sequence[Notice], policy: NoticePolicy, now: datetime
) -> tuple[Notice, ...]:
    """Return the drafts about *subject* that say what holds no more."""
    return _plan(subject, existing, policy, now).overtaken()


def _ended_at(subject: Incident | Window) -> datetime | None:
    if isinstance(subject, Window):
        return subject.actual_end
    told = subject.postmortem.at if subject.postmortem else None
    return max(filter(None, (subject.resolved_at, told)), default=None)


def _plan(
    subject: Incident | Window, existing: Sequence[Notice], policy: NoticePolicy, now: datetime
) -> IncidentPlan | WindowPlan:
    if isinstance(subject, Incident):
        return IncidentPlan(subject, existing, policy, now)
    return WindowPlan(subject, existing, policy, now)

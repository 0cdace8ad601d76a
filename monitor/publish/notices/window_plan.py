"""Which notices are due about a maintenance window, from its plan to its end."""

from monitor.model.maintenance import Window, WindowStatus
from monitor.model.notice import Notice, NoticeKind
from monitor.publish.notices.facts import WindowFacts, facts_of, last_of, window_told
from monitor.publish.notices.occasion import Intents, Occasion, Reason


class WindowPlan(Occasion[Window]):
    """Plans the notices about one window that users may know of."""

    def due(self) -> Intents:
        """Return what is due, most urgent first."""
        window = self.subject
        if window.status is WindowStatus.SCHEDULED:
            return (*self._planned(), *self.unapproved())
        if window.status is WindowStatus.CANCELLED:
            known = last_of(self.told, NoticeKind.MAINTENANCE_PLANNED) is not None
            return self._ended(NoticeKind.MAINTENANCE_CANCELLED, Reason.CANCELLED) if known else ()
        if window.status is WindowStatus.COMPLETED:
            done = self._ended(NoticeKind.MAINTENANCE_COMPLETED, Reason.COMPLETED)
            return done if self.told else ()
        return (*self._begun(), *self.unapproved(), *(self._moved() or self._overrun()))

    def is_past(self, draft: Notice) -> bool:
        """Whether a draft tells of a time, or of an overrun, that is no longer so."""
        window, told = self.subject, facts_of(draft).window
        if window.status is WindowStatus.CANCELLED:
            return draft.kind is not NoticeKind.MAINTENANCE_CANCELLED
        if told is None:
            return False
        if draft.kind is NoticeKind.MAINTENANCE_REMINDER:
            return window.status is not WindowStatus.SCHEDULED or told.start != window.start
        late = draft.kind is NoticeKind.MAINTENANCE_OVERRUNNING
        return late and told.overrun_since != window.overrun_since

    def _planned(self) -> Intents:
        window, last = self.subject, self.newest(NoticeKind.MAINTENANCE_PLANNED)
        if last is None:
            return self.next(NoticeKind.MAINTENANCE_PLANNED, Reason.SCHEDULED)
        announced = _window_of(last)
        if announced is not None and (announced.start, announced.end) != (window.start, window.end):
            return self.next(NoticeKind.MAINTENANCE_PLANNED, Reason.RESCHEDULED)
        return self._reminder()

    def _reminder(self) -> Intents:
        """Return the reminder, where users were told of the plan and time has come."""
        window, last = self.subject, self.newest(NoticeKind.MAINTENANCE_REMINDER)
        if window.reminded_at is None or not self.told:
            return ()
        reminded = _window_of(last) if last else None
        if reminded is not None and reminded.start == window.start:
            return ()
        return self.next(NoticeKind.MAINTENANCE_REMINDER, Reason.REMINDED)

    def _begun(self) -> Intents:
        return (
            *self.once(NoticeKind.MAINTENANCE_PLANNED, Reason.SCHEDULED),
            *self.once(NoticeKind.MAINTENANCE_STARTED, Reason.STARTED),
        )

    def _ended(self, kind: NoticeKind, reason: Reason) -> Intents:
        return (*self.once(kind, reason), *self.unapproved(kind))

    def _moved(self) -> Intents:
        announced = window_told(self.told)
        if announced is None or announced.end == self.subject.end:
            return ()
        drafted = self.newest(NoticeKind.MAINTENANCE_EXTENDED)
        known = _window_of(drafted) if drafted else None
        if known is not None and known.end == self.subject.end and drafted not in self.told:
            return ()  # It waits for a person, or a person did not want it.
        return self.next(NoticeKind.MAINTENANCE_EXTENDED, Reason.END_MOVED)

    def _overrun(self) -> Intents:
        window = self.subject
        if window.status is not WindowStatus.OVERRUNNING:
            return ()
        last = self.newest(NoticeKind.MAINTENANCE_OVERRUNNING)
        drafted = _window_of(last) if last else None
        if drafted is None or drafted.overrun_since != window.overrun_since:
            return self.next(NoticeKind.MAINTENANCE_OVERRUNNING, Reason.OVERRAN)
        return self.promised(NoticeKind.MAINTENANCE_OVERRUNNING) if self.told else ()


def _window_of(notice: Notice) -> WindowFacts | None:
    return facts_of(notice).window

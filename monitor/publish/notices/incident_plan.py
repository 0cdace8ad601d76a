"""Which notices are due about an incident: first the effect, then the cause, last the account."""

from collections.abc import Mapping
from datetime import timedelta

from monitor.model.gates import GateAction
from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.publish.notices.facts import IncidentFacts, facts_of, last_of
from monitor.publish.notices.occasion import Intents, Occasion, Reason
from monitor.publish.notices.policy import nameable_cause

FIRST = (NoticeKind.DISRUPTION, NoticeKind.REGULATORY)


class IncidentPlan(Occasion[Incident]):
    """Plans the notices about one incident."""

    def due(self) -> Intents:
        """Return what is due, most urgent first."""
        if self.subject.window is not None:
            return ()  # The notices of the window that overran tell it.
        first = last_of(self.told, *FIRST)
        if first is None:
            return self._first()
        if first.kind is NoticeKind.REGULATORY:
            return self._regulatory()
        if self.subject.status is IncidentStatus.RESOLVED:
            done = self.once(NoticeKind.RECOVERY, Reason.RESOLVED)
            return (*done, *self.unapproved(NoticeKind.RECOVERY), *self._account())
        if self.subject.status is IncidentStatus.WITHDRAWN:
            return self._account()
        return (*self._cause(), *self._turn(), *self.unapproved(), *self._update())

    def is_past(self, draft: Notice) -> bool:
        """Whether a recovery that a draft tells did not hold."""
        if draft.kind is not NoticeKind.MONITORING:
            return False
        told = facts_of(draft).incident
        return told is not None and told.recovered_at != self.subject.felt_until

    def _first(self) -> Intents:
        """Return the first word: of a rule where a person declared one, else of the effect."""
        incident = self.subject
        if incident.regulatory is not None and not incident.status.is_ended:
            if not self.has(NoticeKind.REGULATORY):
                return self.next(NoticeKind.REGULATORY, Reason.REQUIRED)
            return self.unapproved(NoticeKind.REGULATORY) if self._is_felt() else ()
        if self.has(NoticeKind.DISRUPTION):
            return () if incident.status.is_ended else self.unapproved(NoticeKind.DISRUPTION)
        if incident.status.is_ended or not incident.impact or not self._has_lasted():
            return ()
        return self.next(NoticeKind.DISRUPTION, Reason.LASTED)

    def _is_felt(self) -> bool:
        return any(each.worst.is_bad for each in self.subject.impact)

    def _has_lasted(self) -> bool:
        """Whether it lasted as long as the policy asks; the first word never waits longer."""
        incident, policy = self.subject, self.policy
        critical = incident.effective_severity is Severity.CRITICAL
        minimum = timedelta(seconds=0 if critical else policy.min_duration_seconds)
        if (incident.recovered_at or self.now) - incident.felt_from >= minimum:
            return True
        waited = self.now - max(incident.confirmed_at, incident.felt_from)
        first_word = timedelta(seconds=policy.first_word_seconds)
        return incident.recovered_at is None and waited >= first_word

    def _cause(self) -> Intents:
        cause = nameable_cause(self.subject.effective_diagnosis, self.policy)
        if cause is None:
            return ()
        newest = self.newest(NoticeKind.CAUSE_KNOWN)
        if newest is None:
            return self.next(NoticeKind.CAUSE_KNOWN, Reason.CAUSE_CONFIRMED)
        if newest.state is NoticeState.RETRACTED:
            return ()  # A person took it back.
        told = facts_of(newest).incident
        if told is not None and told.cause is cause:
            return ()
        return self.next(NoticeKind.CAUSE_KNOWN, Reason.CAUSE_CHANGED)

    def _turn(self) -> Intents:
        """Return the word that it seems over, and that it is not."""
        incident = self.subject
        if incident.status is IncidentStatus.MONITORING:
            newest = self.newest(NoticeKind.MONITORING)
            # Of this recovery users know, or one waits for a person, or a person did not want it.
            known = newest is not None and not self.is_past(newest)
            if known or incident.unstable:
                return ()
            return self.next(NoticeKind.MONITORING, Reason.RECOVERING)
        last = last_of(self.told, NoticeKind.MONITORING)
        since = [each for each in self.told if last is not None and each.at > last.at]
        steps = (NoticeKind.UPDATE, NoticeKind.HOLDING)
        if last is None or incident.unstable or last_of(since, *steps):
            return ()
        return self.next(NoticeKind.UPDATE, Reason.RELAPSED) if self._is_free() else ()

    def _update(self) -> Intents:
        named = {service for each in self.told for service in each.services}
        grew = not named.issuperset(self.subject.services)
        quiet = timedelta(seconds=self.policy.min_duration_seconds)
        if grew and self.now - self.told[-1].at >= quiet and self._is_free():
            return self.next(NoticeKind.UPDATE, Reason.IMPACT_GREW)
        return self.promised(NoticeKind.UPDATE)

    def _is_free(self) -> bool:
        """Whether an update may be made now: none waits for a person, and the gates allow one."""
        newest = self.newest(NoticeKind.UPDATE)
        pending = newest is not None and newest.state is NoticeState.PENDING
        return not pending and self.action(NoticeKind.UPDATE) is not GateAction.NEVER

    def _regulatory(self) -> Intents:
        """Return the notice anew where a person changed its facts; it has no rhythm."""
        newest = self.newest(NoticeKind.REGULATORY)
        told = facts_of(newest).incident if newest else None
        same = told is not None and _facts(told) == (self.subject.regulatory, self.subject.title)
        if self.subject.status.is_ended:
            return self._account()
        return () if same else self.next(NoticeKind.REGULATORY, Reason.FACTS_CHANGED)

    def _account(self) -> Intents:
        """Return the public postmortem, anew where it was written anew."""
        written: Mapping[str, str] = (
            self.subject.postmortem.public if self.subject.postmortem else {}
        )
        if not written:
            return ()
        newest = self.newest(NoticeKind.SUMMARY)
        told = facts_of(newest).incident if newest else None
        if told is not None and dict(told.account) == dict(written):
            return ()
        return self.next(NoticeKind.SUMMARY, Reason.ACCOUNTED)


def _facts(told: IncidentFacts) -> tuple[object, object]:
    return told.regulatory, told.title

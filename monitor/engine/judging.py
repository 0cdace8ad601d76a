"""Judges open incidents anew, a few at a time: in a storm of them the loop must not stand still."""

from datetime import datetime
from itertools import islice

from monitor.diagnosis.verdict import diagnose
from monitor.engine.cases import case_of
from monitor.engine.memory import Memory
from monitor.incidents.transitions import diagnose_again
from monitor.model.incident import Incident, IncidentStatus, Origin

# A verdict on a platform of hundreds of checks takes tens of milliseconds.
MOST_AT_ONCE = 4


class Judging:
    """Which incidents wait for a verdict on new evidence; those that wait longest come first."""

    def __init__(self) -> None:
        self._has_evidence = False
        self._waiting: dict[str, None] = {}

    @property
    def is_behind(self) -> bool:
        """Whether incidents wait for their turn."""
        return bool(self._waiting)

    def note_evidence(self) -> None:
        """Note that something was seen that may change the verdict on any open incident."""
        self._has_evidence = True

    def judge_some(self, memory: Memory, now: datetime) -> None:
        """Judge the next few."""
        if self._has_evidence:
            fresh = (each.id for each in memory.incidents.values() if _is_judged(each))
            self._waiting = dict.fromkeys((*self._waiting, *fresh))
            self._has_evidence = False
        for id_ in tuple(islice(self._waiting, MOST_AT_ONCE)):
            del self._waiting[id_]
            incident = memory.incidents.get(id_)
            if incident is not None and _is_judged(incident):
                verdict = diagnose(case_of(memory, incident.root, now), now)
                memory.incidents[id_] = diagnose_again(incident, verdict)


def _is_judged(incident: Incident) -> bool:
    return incident.status is IncidentStatus.OPEN and incident.origin is Origin.PROBES

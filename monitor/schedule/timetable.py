"""The timetable: which checks a slot starts, and how a new check comes to its first run."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from monitor.schedule.plan import SECOND, Slot, first_run
from monitor.schedule.runner import Runner, Watched
from monitor.schedule.steady import TIMER_FLOOR_SECONDS, SlotJobs


class _Group:
    """The checks of one slot, the job that starts them and the moment it is due next."""

    __slots__ = ("due", "job", "members")

    def __init__(self, due: int, job: str) -> None:
        self.due = due
        self.job = job
        self.members: dict[str, Watched] = {}


class Timetable:
    """Keeps one job per slot that has checks, and starts them through the runner."""

    def __init__(self, jobs: SlotJobs, runner: Runner) -> None:
        self._jobs = jobs
        self._runner = runner
        self._groups: dict[Slot, _Group] = {}

    def add(self, added: Iterable[Watched]) -> None:
        """Take up checks; where the slot is far away, a run before it comes within seconds."""
        now = self._jobs.zone.microseconds()
        early: dict[int, list[Watched]] = defaultdict(list)
        for watched in added:
            slot = watched.slot
            self._group(slot, now).members[watched.check.name] = watched
            due = first_run(slot, now)
            if due != slot.after(now):
                # So soon after the first run the slot would see the same thing again.
                watched.not_before = due + slot.interval // 2
                early[due].append(watched)
        for due, together in early.items():
            delay = max((due - now) / SECOND, TIMER_FLOOR_SECONDS)
            asyncio.get_running_loop().call_later(delay, self._run_early, together, due)

    def remove(self, watched: Watched) -> None:
        """Strike a check out; the slot's job stays until `prune`, for another may come."""
        del self._groups[watched.slot].members[watched.check.name]

    def prune(self) -> None:
        """End the jobs of slots that have no checks any more."""
        for slot in [slot for slot, group in self._groups.items() if not group.members]:
            self._jobs.remove(self._groups.pop(slot).job)

    def clear(self) -> None:
        self._groups.clear()

    def _group(self, slot: Slot, now: int) -> _Group:
        group = self._groups.get(slot)
        if group is None:
            job = self._jobs.add(slot, partial(self._run_slot, slot))
            group = self._groups[slot] = _Group(slot.after(now), job)
        return group

    def _run_early(self, together: list[Watched], due: int) -> None:
        lateness = max(0, self._jobs.zone.microseconds() - due)
        for watched in together:
            self._runner.planned(watched, lateness)

    async def _run_slot(self, slot: Slot) -> None:
        """Start the checks of a slot; they run on their own, so that the job ends at once."""
        group = self._groups.get(slot)
        if group is None:
            return
        now = self._jobs.zone.microseconds()
        lateness = max(0, now - group.due)
        group.due = slot.after(now)
        for watched in tuple(group.members.values()):
            if watched.not_before <= now:
                self._runner.planned(watched, lateness)

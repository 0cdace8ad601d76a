"""What a sql check remembers: earlier counters, when to look deep, a session kept open."""

from monitor.model.observation import Trigger
from monitor.probes.growth import Growths
from monitor.probes.sql_session import DeepSession


class Counters:
    """Earlier values of a server's counters, and when a replica was last in step."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}
        self._in_step_at: float | None = None

    def increase(self, name: str, value: float) -> float | None:
        """Return by how much a counter grew since the look before; None says that nobody knows.

        A counter that began anew says nothing.
        """
        before = self._values.get(name)
        self._values[name] = value
        return None if before is None or value < before else value - before

    def out_of_step_seconds(self, now: float, *, in_step: bool) -> float | None:
        """Return for how long a replica has not been in step, where it once was."""
        if in_step:
            self._in_step_at = now
        return None if self._in_step_at is None else now - self._in_step_at


class SqlMemory:
    """The memory of one check, across its runs."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.growths = Growths()
        self._runs = 0
        self._goes_on = False
        self._kept: DeepSession | None = None

    def is_due(self, every: int, trigger: Trigger) -> bool:
        """Whether this run looks deep: each *every*th, and every one while something is wrong."""
        due = self._runs % every == 0 or self._goes_on or trigger is not Trigger.SCHEDULE
        self._runs += trigger is Trigger.SCHEDULE
        return due

    def note(self, *, is_bad: bool) -> None:
        """Note what a deep look led to."""
        self._goes_on = is_bad

    @property
    def keeps(self) -> bool:
        """Whether a session is kept."""
        return self._kept is not None

    def take(self) -> DeepSession | None:
        """Hand out the session that is kept; who takes it gives it back, or closes it."""
        kept, self._kept = self._kept, None
        return kept

    def keep(self, session: DeepSession) -> None:
        """Keep an idle *session* open for a moment in which no other can be had."""
        if self._kept is not None:
            self._kept.leave()
        self._kept = session

    def close(self) -> None:
        """Let go of the session that is kept."""
        if self._kept is not None:
            self._kept.leave()
            self._kept = None

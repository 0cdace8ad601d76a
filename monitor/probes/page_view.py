"""What a status page means for us: signals per component of ours, and announced maintenance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import Status
from monitor.probes.page import Page, Part, Trouble, Work

_MOST_ANNOUNCEMENTS = 50
_MOST_TITLES = 5
_LONGEST_TITLE = 200

# From what is worst for us to what is best; no word, or an unknown one, is never the best.
_WORST_FIRST = (
    Status.MAJOR_OUTAGE,
    Status.PARTIAL_OUTAGE,
    Status.DEGRADED,
    Status.MAINTENANCE,
    Status.UNKNOWN,
    Status.OPERATIONAL,
)
_ACTIVE = (AnnouncementStatus.IN_PROGRESS, AnnouncementStatus.VERIFYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page as one check looks at it.

    *mapping* pairs names of the page's components with ours; without it the whole page speaks
    of *component*.
    """

    page: Page
    check: str
    component: str
    mapping: tuple[tuple[str, str], ...] = ()

    def statuses(self) -> dict[str, Status]:
        """Return what the page says of each of our components: the worst word on it."""
        if not self.mapping:
            return {self.component: _worst(self.page.parts)}
        found: dict[str, list[Part]] = {}
        for name, ours in self.mapping:
            parts = [each for each in self.page.parts if each.is_called(name)]
            found.setdefault(ours or self.component, []).extend(parts or [Part(id="", name=name)])
        return {ours: _worst(parts) for ours, parts in found.items()}

    def absent(self) -> tuple[str, ...]:
        """Return the mapped names that the page does not have, where it lists all it has."""
        if not self.page.lists_parts:
            return ()
        return tuple(
            name
            for name, _ in self.mapping
            if not any(each.is_called(name) for each in self.page.parts)
        )

    def troubles(self) -> tuple[Trouble, ...]:
        """Return the open incidents that may concern us."""
        return tuple(
            each
            for each in self.page.incidents
            if each.status.is_open and self._affected(each.parts) is not None
        )

    def announcements(self) -> tuple[Announcement, ...]:
        """Return the maintenance that may concern us: what is going on, then the latest."""
        known = [
            self._announcement(each, ours)
            for each in self.page.maintenances
            if (ours := self._affected(each.parts)) is not None
        ]
        known.sort(key=_latest, reverse=True)
        known.sort(key=lambda each: each.status not in _ACTIVE)
        return tuple(known[:_MOST_ANNOUNCEMENTS])

    def signals(self, now: datetime) -> Iterator[Signal]:
        """Yield what the page says, and how old its word is."""
        yield Signal(SignalKind.PAGE_INDICATOR, self.page.indicator.value)
        for ours, status in self.statuses().items():
            yield Signal(SignalKind.PAGE_COMPONENT_STATUS, status.value, ours)
        troubles = self.troubles()
        titles = [f"{each.title} ({each.impact.value})" for each in troubles]
        yield Signal(SignalKind.PAGE_OPEN_INCIDENTS, len(troubles), _joined(titles))
        works = [each for each in self.announcements() if _lasts(each, now)]
        spans = [f"{each.title} {_span(each)}" for each in works]
        yield Signal(SignalKind.PAGE_MAINTENANCES, len(works), _joined(spans))
        age = self.age_seconds(now)
        if age is not None:
            yield Signal(SignalKind.PAGE_AGE_SECONDS, age, self.page.latest[:_LONGEST_TITLE])
        for drift in self.page.drifts:
            yield Signal(SignalKind.CONTRACT_VIOLATION, drift.path, drift.value)
        for name in self.absent():
            yield Signal(SignalKind.CONTRACT_VIOLATION, "components", f"no component {name}")

    def age_seconds(self, now: datetime) -> float | None:
        """Return how long ago the page was changed, where it says."""
        changed = self.page.updated_at
        return None if changed is None else round(max(0.0, (now - changed).total_seconds()))

    def _affected(self, parts: Sequence[Part]) -> tuple[str, ...] | None:
        """Return which of ours *parts* are; None where they are named and none is ours."""
        if not self.mapping:
            return (self.component,)
        if not parts:
            return ()
        ours = {
            mine or self.component: None
            for name, mine in self.mapping
            if any(each.is_called(name) for each in parts)
        }
        return tuple(ours) or None

    def _announcement(self, work: Work, components: tuple[str, ...]) -> Announcement:
        return Announcement(
            id=work.id,
            check=self.check,
            title=work.title[:_LONGEST_TITLE],
            status=work.status,
            start=work.start,
            end=work.end,
            components=components,
            updated_at=work.updated_at,
        )


def _worst(parts: Sequence[Part]) -> Status:
    return min((each.status for each in parts), key=_WORST_FIRST.index, default=Status.UNKNOWN)


def _latest(announcement: Announcement) -> float:
    return announcement.start.timestamp() if announcement.start else 0.0


def _lasts(announcement: Announcement, now: datetime) -> bool:
    """Whether work goes on: the page says so or, where it only gives times, by the clock."""
    if announcement.status is not AnnouncementStatus.UNKNOWN:
        return announcement.status in _ACTIVE
    start, end = announcement.start, announcement.end
    return start is not None and start <= now and (end is None or now < end)


def _span(announcement: Announcement) -> str:
    ends = (announcement.start, announcement.end)
    return "-".join(each.strftime("%Y-%m-%dT%H:%MZ") if each else "?" for each in ends)


def _joined(titles: Sequence[str]) -> str:
    return "; ".join(each[:_LONGEST_TITLE] for each in titles[:_MOST_TITLES])

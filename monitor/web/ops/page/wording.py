"""How times, durations and words of the model read on the operations page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.model.codec import format_time
from monitor.model.platform import LocalizedText
from monitor.model.units import span


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time: *iso* in UTC for machines, *text* in the platform's zone for people."""

    iso: str
    text: str
    ago: str


class Wording:
    """Words times for people who look at *now* from *zone*."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self.zone = zone
        self.now = now

    def moment(self, at: datetime) -> Moment:
        """Return *at* as people read it: today's times without the date."""
        local = at.astimezone(self.zone)
        today = local.date() == self.now.astimezone(self.zone).date()
        text = f"{local:%H:%M:%S}" if today else f"{local:%Y-%m-%d %H:%M:%S}"
        seconds = (self.now - at).total_seconds()
        ago = f"in {duration(-seconds)}" if seconds < 0 else f"{duration(seconds)} ago"
        return Moment(iso=format_time(at), text=text, ago=ago)

    def moment_or_none(self, at: datetime | None) -> Moment | None:
        return None if at is None else self.moment(at)

    def since(self, at: datetime) -> str:
        """Return how long ago *at* was."""
        return duration(max(0.0, (self.now - at).total_seconds()))

    @property
    def zone_name(self) -> str:
        """The zone as a header shows it, for example `Asia/Shanghai (UTC+08:00)`."""
        offset = f"{self.now.astimezone(self.zone):%z}"
        return f"{self.zone.key} (UTC{offset[:3]}:{offset[3:5]})"


def duration(seconds: float) -> str:
    """Return *seconds* in at most two units, for example `3 m 12 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else span(seconds)


def label(word: str) -> str:
    """Return a word of the model as a label: `partial_outage` becomes `Partial outage`."""
    text = word.replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]


def english(names: LocalizedText, fallback: str) -> str:
    """Return the English name, else the first there is, else *fallback*."""
    return names.get("en") or next(iter(names.values()), fallback)

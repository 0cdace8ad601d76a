"""The past by calendar month of the platform's zone."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.web.public.view import PublicIncident, PublicView, PublicWindow

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)

Past = PublicIncident | PublicWindow


class Month(NamedTuple):
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime, zone: ZoneInfo) -> "Month":
        """Return the month in which *at* is."""
        local = at.astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """Return the month written as `2026-11`, or None where it is not one."""
        match = _MONTH.fullmatch(text)
        return cls(int(match[1]), int(match[2])) if match else None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Return when it begins in *zone*."""
        return datetime(self.year, self.number, 1, tzinfo=zone)


def months_of(view: PublicView) -> Sequence[Month]:
    """Return the months that can be shown, the present one first."""
    zone = ZoneInfo(view.platform.time_zone)
    began = [began_at(each) for each in past_of(view)]
    month = Month.of(min([view.monitored_since, *began]), zone)
    months = [month]
    while month < Month.of(view.at, zone):
        month = month.next
        months.append(month)
    return months[::-1]


def past_in(view: PublicView, month: Month) -> Sequence[Past]:
    """Return what began in *month* and is over, the latest first."""
    zone = ZoneInfo(view.platform.time_zone)
    return [each for each in past_of(view) if Month.of(began_at(each), zone) == month]


def past_of(view: PublicView) -> Sequence[Past]:
    """Return the incidents and windows that are over, the one that began last first."""
    ended: list[Past] = [each for each in view.incidents if not each.is_open]
    ended += [each for each in view.windows if each.status.is_ended and each.updates]
    return sorted(ended, key=began_at, reverse=True)


def began_at(past: Past) -> datetime:
    """Return when it began, or was to begin."""
    return past.begins_at if isinstance(past, PublicWindow) else past.started_at


def ended_at(past: Past) -> datetime:
    """Return when it ended, or was to end."""
    if isinstance(past, PublicWindow):
        return past.ends_at
    return past.recovered_at or past.resolved_at or past.started_at

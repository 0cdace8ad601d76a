"""The configuration a history is replayed with: one that is given, or one derived from it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from statistics import median

from monitor.backtest.mode import Mode
from monitor.backtest.rows import Row, expect_row, is_blank, time_of
from monitor.model.batch import SavedState
from monitor.model.check import Check, Confirmation
from monitor.model.configuration import Configuration
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.model.status import CheckState

# A value that holds until the next row is never too old.
FOREVER_SECONDS = 3650 * 86_400.0
# From so many rows of a site its interval is judged.
SAMPLE = 200
CONFIRMED = Confirmation(
    failures=1, window=1, recoveries=1, retry_after_seconds=None, detect_flapping=False,
    grey_ratio=0,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A configuration fit for a history, its checks by name, and the past it starts from.

    *holds_on* says that a value holds until the next row, however late that comes.
    """

    configuration: Configuration
    check_of: Mapping[str, Check]
    saved: SavedState
    holds_on: bool

    def check_for(self, site: str) -> Check | None:
        """Return the check that the site's rows are attempts of, if there is one."""
        return self.check_of.get(site) or self.check_of.get(slug(site))


def slug(site: str) -> str:
    """Return *site* as a name of the configuration: `Manual (dev)` is `manual-dev`."""
    return re.sub(r"[^\w]+", "-", site.lower()).strip("-") or "site"


def setting(configuration: Configuration, mode: Mode) -> Setting:
    """Return *configuration* with its checks as *mode* wants them."""
    checks = [each for each in configuration.checks if each.enabled]
    if mode is Mode.TRANSITIONS:
        checks = [
            replace(each, confirmation=CONFIRMED, interval_seconds=FOREVER_SECONDS)
            for each in checks
        ]
    fitted = replace(configuration, checks=tuple(checks))
    named = {each.name: each for each in checks}
    # A confirmed change to `down` says that it was up before.
    known = [
        CheckState(check=each.name, component=each.component, ever_succeeded=True)
        for each in checks
    ]
    saved = SavedState(checks=tuple(known) if mode is Mode.TRANSITIONS else ())
    holds_on = mode is Mode.TRANSITIONS
    return Setting(configuration=fitted, check_of=named, saved=saved, holds_on=holds_on)


def derive(rows: Iterable[Row]) -> Configuration:
    """Return a configuration with a component, a check and a service for each site of *rows*.

    Raises RowError.
    """
    samples: dict[str, list[datetime]] = {}
    for row in rows:
        if len(row) != 4:
            if is_blank(row):
                continue
            expect_row(row)
        sample = samples.setdefault(row[1], [])
        if len(sample) < SAMPLE:
            sample.append(time_of(row))
    return Configuration(
        platform=Platform(names={"en": "Backtest", "zh-CN": "回测"}, time_zone="UTC"),
        services=tuple(
            Service(
                name=f"{site} service",
                names={"en": site, "zh-CN": site},
                depends_on=(Dependency((site,)),),
            )
            for site in samples
        ),
        components=tuple(Component(name=site, kind=ComponentKind.SERVER) for site in samples),
        checks=tuple(
            Check(
                name=site,
                type="http",
                component=site,
                spec=None,
                interval_seconds=_interval(times),
            )
            for site, times in samples.items()
        ),
    )


def _interval(times: Sequence[datetime]) -> float:
    gaps = [
        (later - earlier).total_seconds() for earlier, later in pairwise(times) if later > earlier
    ]
    return max(1.0, median(gaps)) if gaps else 60.0

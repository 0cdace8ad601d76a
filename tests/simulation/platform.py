"""A platform of any size for simulations: databases and third parties below, services on top."""

import random
from collections.abc import Sequence

from monitor.model.check import Check
from monitor.model.configuration import Configuration, MaintenancePolicy, WatchPolicy
from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.platform import (
    Component,
    ComponentKind,
    Dependency,
    FailsWhen,
    Platform,
    Service,
)
from monitor.model.series import Series

INTERVAL_SECONDS = 120.0
SERVICES = 20
CANARIES = ("uplink-a", "uplink-b")
# Of ten components one is a database, one a third party; the rest are servers in three rows.
_ROWS = 3
_SECOND_CHECKS = 5


def platform(components: int, seed: int, calendar: Sequence[Series] = ()) -> Configuration:
    """Return *components* in rows, each needing some of the row below, and services on the last."""
    dice = random.Random(seed)
    rows = [
        [f"db-{n:02d}" for n in range(components // 10)],
        [f"party-{n:02d}" for n in range(components // 10)],
    ]
    each = (components - components // 5 - len(CANARIES)) // _ROWS
    rows += [[f"app-{row}-{n:02d}" for n in range(each)] for row in range(_ROWS)]
    found = [
        Component(name=name, kind=ComponentKind.NETWORK, fails_when=FailsWhen(None))
        for name in CANARIES
    ]
    found += [Component(name=name, kind=ComponentKind.DATABASE) for name in rows[0]]
    found += [Component(name=name, kind=ComponentKind.THIRD_PARTY) for name in rows[1]]
    below = rows[0]
    for row in rows[2:]:
        found += [
            Component(
                name=name,
                kind=ComponentKind.SERVER,
                depends_on=_needs(dice, below, rows[1]),
                fails_when=FailsWhen(dice.choice((1, 1, None))),
            )
            for name in row
        ]
        below = row
    return Configuration(
        platform=Platform(names={"en": "Simulated"}),
        services=tuple(_services(dice, below, rows[1])),
        components=tuple(found),
        checks=tuple(_checks(found)),
        watch=WatchPolicy(seconds=300, critical_seconds=3600),
        maintenance=MaintenancePolicy(),
        calendar=tuple(calendar),
    )


def nightly(zone: str, service: str, **changed: object) -> Series:
    """Return a nightly hour of a service."""
    return _series(f"nightly-{service}", zone, "2025-01-01T03:00:00", 3600, "FREQ=DAILY", service)


def weekly(zone: str, service: str) -> Series:
    """Return a series on Sundays at half past two, which the clocks skip or show twice."""
    rule = "FREQ=WEEKLY;BYDAY=SU"
    return _series(f"weekly-{service}", zone, "2025-01-05T02:30:00", 2700, rule, service)


def monthly(zone: str, service: str) -> Series:
    """Return short interruptions on the last day of each month around midnight."""
    return _series(
        f"monthly-{service}", zone, "2025-01-31T23:45:00", 1800, "FREQ=MONTHLY;BYMONTHDAY=-1",
        service,
    )  # fmt: skip


def _series(
    identity: str, zone: str, start: str, seconds: float, rule: str, service: str
) -> Series:
    blips = ExpectedPattern(kind=PatternKind.BLIPS, count=2, max_seconds=300)
    return Series(
        id=identity,
        start=start,
        duration_seconds=seconds,
        time_zone=zone,
        rule=rule,
        services=(service,),
        expected=blips if "monthly" in identity else ExpectedPattern(),
        lead_seconds=259_200,
        needs_approval="weekly" in identity,
    )


def _needs(
    dice: random.Random, below: Sequence[str], parties: Sequence[str]
) -> tuple[Dependency, ...]:
    needs = [Dependency((name,)) for name in dice.sample(below, min(len(below), 2))[:1]]
    if dice.random() < 0.3:
        needs.append(Dependency((dice.choice(parties),), soft=True))
    if dice.random() < 0.3 and len(below) > 2:
        needs.append(Dependency(tuple(dice.sample(below, 2)), required=1))
    return tuple(needs)


def _services(dice: random.Random, top: Sequence[str], parties: Sequence[str]) -> Sequence[Service]:
    return [
        Service(
            name=f"service-{number:02d}",
            names={"en": f"Service {number}"},
            critical=number < 4,
            depends_on=(
                *(Dependency((name,)) for name in dice.sample(top, min(2, len(top)))),
                Dependency((dice.choice(parties),), soft=True),
            ),
        )
        for number in range(SERVICES)
    ]


def _checks(components: Sequence[Component]) -> Sequence[Check]:
    checks = []
    for number, component in enumerate(components):
        names = [component.name] + [f"{component.name}-2"] * (number % _SECOND_CHECKS == 0)
        checks += [
            Check(
                name=name,
                type="http",
                component=component.name,
                spec=None,
                interval_seconds=INTERVAL_SECONDS,
                canary=component.name in CANARIES and name == component.name,
            )
            for name in names
        ]
    return checks

"""In how many days a disk, a sequence or the transaction ids are used up, by how they grew."""

from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from monitor.model.observation import Observation, Outcome
from monitor.model.signals import Signal, SignalKind
from monitor.probes.growth import Growths
from monitor.probes.prober import Prober
from tests.probes.conftest import make_check
from tests.probes.hand_clock import HandClock
from tests.probes.host_stand import Host, of_kind, watched_host
from tests.probes.host_world import disk
from tests.support.postgres import PostgresServer

MINUTE = 60.0
HOUR = 3600.0
OVER = 6 * HOUR


def _left(
    *used: float, every: float = 6 * MINUTE, kind: str = "sequence_used_ratio"
) -> list[float]:
    """Return what is told after the last of *used*, seen one after the other."""
    growths = Growths()
    found: list[Signal] = []
    for count, share in enumerate(used):
        seen = Signal(SignalKind.SEQUENCE_USED_RATIO, share, "orders_id_seq")
        found = growths.days_left([seen], count * 6 * MINUTE, OVER)
    return [float(each.value) for each in found]


def _steady(first: float, last: float, count: int = 20) -> list[float]:
    return [first + (last - first) * each / (count - 1) for each in range(count)]


def test_what_grows_steadily_is_full_when_it_will_have_reached_its_end() -> None:
    # 1 % in 114 minutes, and 50 % are left: 50 times as long.
    assert _left(*_steady(0.49, 0.5)) == [pytest.approx(50 * 114 / 1440, abs=0.01)]


@pytest.mark.parametrize(
    "used",
    [
        [0.5] * 20,
        _steady(0.6, 0.5),
        _steady(0.49, 0.5, count=9),
        _steady(0.05, 0.1),
        [*[0.5] * 10, *[0.8] * 10],
        [*_steady(0.5, 0.8, count=10), *[0.8] * 10],
        [*_steady(0.5, 0.9, count=10), *_steady(0.6, 0.55, count=10)],
        _steady(0.5, 0.5001),
    ],
    ids=[
        "nothing grows",
        "it shrinks",
        "too short a time",
        "hardly used",
        "one large file",
        "it has stopped",
        "it was emptied",
        "in years",
    ],
)
def test_without_steady_growth_towards_an_end_nothing_is_told(used: list[float]) -> None:
    assert _left(*used) == []


def test_growth_that_slows_down_is_reckoned_at_its_present_pace() -> None:
    slowing = [*_steady(0.3, 0.5, count=10), *_steady(0.502, 0.52, count=10)]

    # The second half: 0.018 in 54 minutes.
    assert _left(*slowing) == [pytest.approx(0.48 / 0.018 * 54 / 1440, rel=0.01)]


def test_what_is_freed_since_the_last_point_counts_at_once() -> None:
    growths = Growths()
    for count, used in enumerate(_steady(0.7, 0.8)):
        free = Signal(SignalKind.DISK_FREE_RATIO, 1 - used, "/data")
        before = growths.days_left([free], count * 6 * MINUTE, OVER)
    roomier = Signal(SignalKind.DISK_FREE_RATIO, 0.4, "/data")

    after = growths.days_left([roomier], 19 * 6 * MINUTE + 10, OVER)

    assert [each.kind for each in before] == [SignalKind.DISK_DAYS_LEFT]
    assert float(after[0].value) == pytest.approx(2 * float(before[0].value), rel=0.01)


def test_the_first_to_be_full_come_first_and_few_are_told() -> None:
    growths = Growths()
    for count in range(20):
        seen = [
            Signal(SignalKind.DISK_FREE_RATIO, 0.3 - 0.001 * pace * count, f"/{pace}")
            for pace in (1, 5, 2, 4, 3)
        ]
        found = growths.days_left(seen, count * 6 * MINUTE, OVER)

    assert [each.detail for each in found] == ["/5", "/4", "/3", "/2"]


def test_what_was_not_seen_for_long_starts_anew() -> None:
    growths = Growths()
    for count, used in enumerate(_steady(0.49, 0.5)):
        growths.days_left([Signal(SignalKind.SEQUENCE_USED_RATIO, used, "a")], count * 360, OVER)
    later = 20 * 360 + OVER + 1
    growths.days_left([], later, OVER)

    assert growths.days_left([Signal(SignalKind.SEQUENCE_USED_RATIO, 0.51, "a")], later, OVER) == []


@pytest_asyncio.fixture
async def host() -> AsyncIterator[Host]:
    async with watched_host() as host:
        yield host


async def _fill(host: Host, first: int, last: int) -> Observation:
    """Let a disk fill within two hours, a look every six minutes."""
    for count in range(21):
        free = first - (first - last) * count / 20
        host.figures.update(disk("/data", avail_bytes=free))
        seen = await host.probe()
        host.pass_seconds(6 * MINUTE)
    return seen


async def test_a_disk_that_fills_within_a_day_degrades_its_host(host: Host) -> None:
    seen = await _fill(host, 350, 250)

    ((days, mount),) = of_kind(seen, SignalKind.DISK_DAYS_LEFT)
    assert mount == "/data"
    assert float(str(days)) == pytest.approx(5 / 24, rel=0.02)
    assert seen.outcome is Outcome.DEGRADED
    assert seen.signal(SignalKind.LIMIT_EXCEEDED) == "disk_days_left"


async def test_a_disk_that_lasts_longer_is_told_and_wakes_nobody(host: Host) -> None:
    seen = await _fill(host, 350, 345)

    assert of_kind(seen, SignalKind.DISK_DAYS_LEFT) == [(5.75, "/data")]
    assert seen.outcome is Outcome.OK


async def test_a_disk_with_much_room_is_not_reckoned(host: Host) -> None:
    assert of_kind(await _fill(host, 700, 500), SignalKind.DISK_DAYS_LEFT) == []


@pytest.mark.external_service
async def test_a_sequence_of_a_real_database_is_used_up_in_days(postgres: PostgresServer) -> None:
    clock = HandClock()
    prober = Prober(clock)
    with postgres.fresh_database() as name:
        check = make_check("sql", url=postgres.url(name), deep=["forecasts"], deep_every=1)
        url = postgres.url(name, driver="postgresql")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE payment_ids AS int")
            for count in range(21):
                used = 1_000_000_000 + 10_000_000 * count
                connection.execute(f"SELECT setval('payment_ids', {used})".encode())
                seen = await prober.probe(check)
                clock.move(6 * MINUTE)
        await prober.close()

    left = of_kind(seen, SignalKind.SEQUENCE_DAYS_LEFT)
    per_day = 10_000_000 * 240
    assert left == [
        (pytest.approx((2**31 - 1_200_000_000) / per_day, rel=0.02), "public.payment_ids")
    ]
    assert seen.signal(SignalKind.LIMIT_EXCEEDED) == "sequence_days_left"

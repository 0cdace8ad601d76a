from datetime import UTC, datetime, timedelta

from monitor.schedule.plan import Slot
from monitor.schedule.steady import SlotTrigger, SteadyZone


class Stopped:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.seconds = 1000.25

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


def test_the_present_of_the_zone_is_the_monotonic_clock() -> None:
    clock = Stopped()
    zone = SteadyZone(clock)
    before = datetime.now(zone)

    clock.seconds += 0.5

    assert datetime.now(zone) - before == timedelta(seconds=0.5)
    assert zone.moment(datetime.now(zone)) == zone.microseconds() == 1_000_750_000
    assert zone.date(zone.microseconds()).utcoffset() == timedelta(0)


def test_a_trigger_that_was_held_up_goes_on_at_the_next_moment_of_its_slot() -> None:
    zone = SteadyZone(Stopped())
    trigger = SlotTrigger(Slot(interval=1_000_000, offset=50_000), zone)
    fired, now = zone.date(2_050_000), zone.date(9_400_000)

    assert trigger.get_next_fire_time(None, zone.date(0)) == zone.date(50_000)
    assert trigger.get_next_fire_time(fired, fired) == zone.date(3_050_000)
    assert trigger.get_next_fire_time(fired, now) == zone.date(10_050_000)

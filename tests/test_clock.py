"""The system's clocks as the rest of the house sees them."""

from datetime import timedelta

from monitor.clock import Clock, SystemClock


def test_wall_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_monotonic_time_never_goes_back() -> None:
    clock: Clock = SystemClock()
    times = [clock.monotonic() for _ in range(100)]

    assert times == sorted(times)

from monitor.model.observation import MissedReason, Trigger
from monitor.schedule.stats import Histogram, ScheduleStats


def test_a_histogram_counts_what_is_no_longer_than_each_bound() -> None:
    histogram = Histogram((0.1, 1.0))

    for seconds in (0.05, 0.1, 0.5, 3.0):
        histogram.add(seconds)

    assert histogram.buckets() == ((0.1, 2), (1.0, 3), (float("inf"), 4))
    assert (histogram.count, histogram.total_seconds) == (4, 3.65)
    assert histogram.quantile(0.5) == 0.1
    assert histogram.quantile(0.99) == float("inf")


def test_all_words_are_there_before_anything_was_counted() -> None:
    stats = ScheduleStats()

    assert set(stats.missed) == set(MissedReason)
    assert set(stats.runs) == set(Trigger)
    assert stats.loop_lag_seconds == 0.0


def test_a_stall_stays_visible_for_a_while() -> None:
    stats = ScheduleStats()

    stats.recent_lags.extend([0.001, 2.5, 0.002])

    assert stats.loop_lag_seconds == 2.5

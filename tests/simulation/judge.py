"""What a simulated year should have come to: incidents for faults, windows by the clock."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.series import Series
from tests.simulation.world import Fault, Kind
from tests.simulation.year import INTERVAL, Year

# A fault with nothing else so near can be held against what became of it.
ALONE = timedelta(hours=2)


def lonely(found: Year, windows: Sequence[Window]) -> Iterator[Fault]:
    """Yield the faults that nothing else touches: each is to be one incident, dated right."""
    works = [
        Fault(component="", start=each.actual_start, end=each.actual_end or each.end)
        for each in windows
        if each.actual_start is not None
    ]
    others = [*found.mishaps, *works]
    for fault in found.faults:
        rest = [*others, *(each for each in found.faults if each is not fault)]
        is_plain = fault.kind is Kind.DOWN and fault.end - fault.start > 4 * INTERVAL
        if is_plain and not any(each.is_near(fault, ALONE) for each in rest):
            yield fault


def misjudged(faults: Sequence[Fault], incidents: Sequence[Incident]) -> Iterator[str]:
    """Yield what is wrong with the incidents of *faults*: none, two, another root, wrong times."""
    for fault in faults:
        mine = [each for each in incidents if fault.start <= each.started_at <= fault.end + ALONE]
        name = f"{fault.component} {fault.start:%m-%d %H:%M:%S}-{fault.end:%H:%M:%S}"
        if [each.root for each in mine] != [fault.component]:
            yield f"{name} became {[(each.root, each.started_at) for each in mine]}"
            continue
        late = mine[0].started_at - fault.start
        recovered = (mine[0].recovered_at or fault.start) - fault.end
        if late > INTERVAL or not timedelta() <= recovered <= INTERVAL:
            yield f"{name} was dated {mine[0].started_at} to {mine[0].recovered_at}"


def off_the_clock(windows: Sequence[Window], calendar: Sequence[Series]) -> Iterator[str]:
    """Yield the windows of series that do not begin at their wall time.

    One that the clocks skip is reckoned with the offset before; of two the first is meant.
    """
    series_of = {each.origin: each for each in calendar}
    for window in windows:
        series = series_of.get(window.origin)
        if series is None:
            continue
        zone = ZoneInfo(series.time_zone)
        local = window.start.astimezone(zone)
        meant = datetime.combine(local.date(), series.first.time(), zone)
        if meant.astimezone(UTC) != window.start or local.fold:
            yield f"{series.id} begins at {local.isoformat()}"
        if window.planned_end - window.start != timedelta(seconds=series.duration_seconds):
            yield f"{series.id} at {local.isoformat()} is planned for another length"

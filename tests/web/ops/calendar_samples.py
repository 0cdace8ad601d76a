"""What is planned on the small platform of `samples`: the window's history, and a series."""

from monitor.model.events import Event, EventType
from monitor.model.payloads import window_payload
from monitor.model.series import Series
from tests.web.ops.samples import WINDOW

WINDOW_EVENTS = tuple(
    Event.of(type_, WINDOW.id, number, at, {**window_payload(WINDOW), "by": by})
    for number, (type_, at, by) in enumerate(
        (
            (EventType.MAINTENANCE_SCHEDULED, WINDOW.created_at, "li"),
            (EventType.MAINTENANCE_STARTED, WINDOW.start, ""),
        ),
        1,
    )
)
SERIES = Series(
    id="nightly",
    start="2026-01-01T02:00",
    duration_seconds=3600,
    time_zone="Asia/Shanghai",
    rule="FREQ=DAILY",
    components=("bank-a",),
    lead_seconds=3600,
)

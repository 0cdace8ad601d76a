"""Figures read with their units, and with no more digits than a person can use."""

import pytest

from monitor.model.signals import SignalKind
from monitor.model.units import readable, seconds, span


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (SignalKind.CPU_PRESSURE_RATIO, 0.31234, "31.2 %"),
        (SignalKind.PAID_ORDER_RATIO, 1.2345, "123 %"),
        (SignalKind.DISK_FREE_RATIO, 1.0, "100 %"),
        (SignalKind.TRANSACTION_IDS_USED_RATIO, 5.6e-9, "0 %"),
        (SignalKind.PACKET_LOSS_RATIO, 0, "0 %"),
        (SignalKind.CONNTRACK_USED_RATIO, 0.0000153, "0.00153 %"),
        (SignalKind.ROUND_TRIP_SECONDS, 0.000255, "0.255 ms"),
        (SignalKind.HOST_CLOCK_OFFSET_SECONDS, -0.5, "-500 ms"),
        (SignalKind.SERVER_CLOCK_OFFSET_SECONDS, -7200.0, "-2 h"),
        (SignalKind.LATENCY_SECONDS, 3.2561, "3.26 s"),
        (SignalKind.LOADING_SECONDS_LEFT, 90, "90 s"),
        (SignalKind.UPTIME_SECONDS, 23_130_335, "267 d 17 h"),
        (SignalKind.REQUEST_RATE, 1234.56, "1,235/s"),
        (SignalKind.AUTH_FAILURE_RATE, 310.2, "310/min"),
        (SignalKind.SLOT_RETAINED_BYTES, 5 * 2**30, "5 GiB"),
        (SignalKind.RECEIVED_PACKET_BYTES, 512, "512 B"),
        (SignalKind.CERTIFICATE_DAYS_LEFT, 13.4123, "13.4 days"),
        (SignalKind.MEASURED_VALUE, 0.000123, "0.000123"),
        (SignalKind.MEASURED_VALUE, 0.0000123, "0.0000123"),
        (SignalKind.HTTP_STATUS, 502, "502"),
        (SignalKind.PROVIDER_CODE, 40004, "40004"),
        (SignalKind.SQLSTATE, "57P03", "57P03"),
        (SignalKind.READ_ONLY, True, "yes"),
        (SignalKind.WRITE_OK, False, "no"),
    ],
)
def test_a_value_reads_with_the_unit_of_its_kind(kind: str, value: object, text: str) -> None:
    assert readable(kind, value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 s"), (0.0123, "12.3 ms"), (1.0, "1 s"), (119.0, "119 s"), (312.0, "5 m 12 s")],
)
def test_a_time_is_precise_while_it_is_short(value: float, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.4, "0 s"), (59.6, "1 m"), (3600.0, "1 h"), (3661.0, "1 h 1 m"), (90_000.0, "1 d 1 h")],
)
def test_a_span_has_two_units_at_most(value: float, text: str) -> None:
    assert span(value) == text


@pytest.mark.parametrize("kind", SignalKind)
def test_every_kind_reads_zero_as_zero(kind: SignalKind) -> None:
    assert readable(kind, 0).split("/")[0].split(" ")[0] == "0"

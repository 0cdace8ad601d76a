"""How figures read to a person: a signal's value with its unit, and the digits that it bears."""

from monitor.model.signals import SignalKind as S

# Other rates are per second.
_PER_MINUTE = frozenset(
    {S.AUTH_FAILURE_RATE, S.WAF_BLOCK_RATE, S.ORDER_RATE, S.PAID_ORDER_RATE, S.NXDOMAIN_RATE}
)
_LONG_SECONDS = 120.0
_SPANS = ((86_400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s"))
_SIZES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def readable(kind: str, value: object) -> str:
    """Return *value* as a signal of *kind* reads; a kind without a unit leaves it as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if kind.endswith(("_seconds", "_seconds_left")):
        return seconds(value)
    if kind.endswith("_ratio"):
        return f"{_figure(value * 100)} %"
    if kind.endswith("_bytes"):
        return _size(value)
    if kind.endswith("_rate"):
        return f"{_figure(value)}/{'min' if kind in _PER_MINUTE else 's'}"
    if kind.endswith("_days_left"):
        return f"{_figure(value)} days"
    return str(value) if isinstance(value, int) else _figure(value)


def seconds(value: float) -> str:
    """Return a time: `12.3 ms`, `3.25 s`, and from two minutes on `5 m 12 s`, `4 d 3 h`."""
    size, sign = abs(value), "-" if value < 0 else ""
    if size >= _LONG_SECONDS:
        return sign + span(size)
    if 0 < size < 1:
        return f"{_figure(value * 1000)} ms"
    return f"{_figure(value)} s"


def span(value: float) -> str:
    """Return seconds in at most two units, and never more precisely than to the second."""
    whole = round(value)
    for size, name, part, part_name in _SPANS:
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {name}" + (f" {rest} {part_name}" if rest else "")
    return f"{whole} s"


def _size(value: float) -> str:
    for factor, name in _SIZES:
        if abs(value) >= factor:
            return f"{_figure(value / factor)} {name}"
    return f"{_figure(value)} B"


def _figure(value: float) -> str:
    """Return three digits that count, or all those before the point."""
    if abs(value) < 1e-6:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{value:.9f}".rstrip("0") if "e" in text else text

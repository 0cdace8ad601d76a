"""What a Nagios plugin prints: its text, and performance data in base units."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# 'label'=value[unit];warn;crit;min;max - a quote within a label is doubled.
_FIGURE = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s'=]+))"
    r"=(?P<value>-?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?)(?P<unit>[A-Za-zµ%]*)[^\s']*"
)
_UNITS: Mapping[str, float] = {
    "s": 1.0,
    "ms": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "ns": 1e-9,
    "%": 1e-2,
    "b": 1.0,
    "kb": 1024.0,
    "mb": 1024.0**2,
    "gb": 1024.0**3,
    "tb": 1024.0**4,
}
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginOutput:
    """The first line without its figures, and all figures by label."""

    text: str
    figures: Mapping[str, float]


def parse(output: str) -> PluginOutput:
    """Return what *output* says; data follow the bar of the first line and that of the rest."""
    first, _, rest = output.strip().partition("\n")
    text, _, data = first.partition("|")
    _, _, more = rest.partition("|")
    return PluginOutput(text=text.strip()[:_SHOWN], figures=dict(_figures(f"{data} {more}")))


def _figures(text: str) -> Iterator[tuple[str, float]]:
    for match in _FIGURE.finditer(text):
        label = (match["quoted"] or match["plain"]).replace("''", "'")
        factor = _UNITS.get(match["unit"].lower(), 1.0)
        yield label, float(match["value"].replace(",", ".")) * factor

"""All that people read: tables and facts on standard output, rendered by rich."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli.times import short_time
from monitor.model.units import readable

# An id or a time is copied whole; only longer texts are broken over lines.
WIDEST_UNBROKEN = 30
WIDTH_OF_FILES = 1000

Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], object]]


def print_json(value: object) -> None:
    """Print *value* as JSON, and nothing else, on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def say(*lines: str) -> None:
    """Print plain lines."""
    for line in lines:
        _console().print(_text(line), soft_wrap=True)


def show_rows(rows: Iterable[Row], columns: Sequence[Column], *, empty: str = "none") -> None:
    """Print a table with one line per row, or *empty* where there are none."""
    cells = [[_text(_cell(of(row))) for _, of in columns] for row in rows]
    if not cells:
        say(empty)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, (title, _) in enumerate(columns):
        widest = max(len(each[index]) for each in cells)
        table.add_column(title, overflow="fold", no_wrap=widest <= WIDEST_UNBROKEN)
    for each in cells:
        table.add_row(*each)
    _console().print(table)


def show_facts(facts: Mapping[str, object]) -> None:
    """Print one fact per line; what is not known is left out."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value not in (None, "", [], {}):
            table.add_row(_text(name), _text(_cell(value)))
    _console().print(table)


def of(name: str) -> Callable[[Row], object]:
    """Return a column that shows one key."""
    return lambda row: row.get(name)


def reading(kind: str, value: str) -> Callable[[Row], object]:
    """Return a column that shows the signal value at *value* with the unit of its *kind*."""
    return lambda row: readable(str(row.get(kind)), row[value]) if value in row else None


def share(name: str) -> Callable[[Row], object]:
    """Return a column that shows a share in whole percents."""
    return lambda row: f"{row[name]:.0%}" if row.get(name) is not None else None


def moment(name: str) -> Callable[[Row], object]:
    """Return a column that shows one time, in the zone in use and to the second."""
    return lambda row: short_time(row.get(name))


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value)) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_cell(each)}" for key, each in value.items()) or "-"
    return str(value)


def _text(text: str) -> Text:
    # What a server sent may hold the control characters of a terminal (Unicode's C categories).
    return Text("".join(each if _is_shown(each) else "?" for each in text))


def _is_shown(character: str) -> bool:
    return character == "\n" or not unicodedata.category(character).startswith("C")


def _console() -> Console:
    # In a file or a pipe a row is one line, however long, so that it can be searched.
    width = None if sys.stdout.isatty() else WIDTH_OF_FILES
    return Console(highlight=False, markup=False, emoji=False, width=width)

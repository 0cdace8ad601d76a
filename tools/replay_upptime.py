"""Replays the histories of public Upptime monitors and holds our incidents against theirs.

The argument, or the variable REPLAY_UPPTIME, names a folder with `<name>_upptime.events.csv` and
`<name>_upptime.incidents.csv`; `tools/replay/<name>.yml` says what stands behind one origin.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.app import load_configuration
from monitor.backtest.history import History
from monitor.backtest.labels import load_labels
from monitor.backtest.mode import Mode
from monitor.backtest.rows import HistoryError
from monitor.backtest.run import reports_of
from monitor.publish.notices.rehearsal import Rehearsal

VARIABLE = "REPLAY_UPPTIME"
CONFIGURATIONS = Path(__file__).with_name("replay")
ENDING = "_upptime.events.csv"


def replay(events: Path, configuration: Path) -> Mapping[str, Any]:
    """Return the report of one history, every row of which is a confirmed change."""
    labels = load_labels(events.with_name(events.name.replace(".events.", ".incidents.")))
    candidate = (str(configuration), load_configuration(configuration))
    (report,) = reports_of(History([events]), [candidate], Mode.TRANSITIONS, labels, Rehearsal)
    return report


def shortfalls(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a report falls short of: nothing missed, made up, told twice or left apart."""
    yield from (f"missed: {each['site']} {each['start']}" for each in report["missed"])
    yield from (f"no outage of theirs: {each}" for each in report["false"])
    yield from (f"told as several: {each['site']} {each['start']}" for each in report["split"])
    apart = (each for each in report["joint"] if not each["joined_by"])
    yield from (f"left apart: {', '.join(each['sites'])} {each['start']}" for each in apart)
    yield from (f"without a check: {site}" for site in report["sites_without_a_check"])


def line(name: str, report: Mapping[str, Any]) -> str:
    """Return the figures of a report on one line."""
    long, joint = report["long_labels"], report["joint"]
    joined = sum(bool(each["joined_by"]) for each in joint)
    return (
        f"{name}: {len(report['incidents'])} incidents for {len(report['labels'])} outages,"
        f" {report['found']} found, {long['found']} of {long['total']} of 15 min and more,"
        f" {len(report['false'])} false, {len(report['split'])} told as several,"
        f" {joined} of {len(joint)} joint failures joined"
    )


def main(arguments: list[str]) -> int:
    """Replay what the argument or the environment names; 1 where a history falls short."""
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "")
    histories = sorted(Path(named).glob(f"*{ENDING}")) if named else []
    if not histories:
        print(f"name a folder of histories, as an argument or in {VARIABLE}", file=sys.stderr)
        return 2
    found = []
    for events in histories:
        name = events.name.removesuffix(ENDING)
        try:
            report = replay(events, CONFIGURATIONS / f"{name}.yml")
        except HistoryError as error:
            print(error, file=sys.stderr)
            return 2
        print(line(name, report))
        found += [f"  {each}" for each in shortfalls(report)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

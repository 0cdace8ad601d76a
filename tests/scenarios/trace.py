"""The story of one scenario in lines, for a person who asks why a verdict came out as it did."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.scenarios.protocol import Record, Sample
from tests.scenarios.scoring import missing_of

Json = dict[str, Any]


def trace(record: Record) -> str:
    """Return every change of every incident, and the evidence of each verdict at its last."""
    return "\n".join([*_changes(record), "", *_evidence(record), ""])


def _changes(record: Record) -> Iterator[str]:
    seen: dict[str, str] = {}
    for sample in record.samples:
        told = {each["id"]: _line(record, sample, each) for each in sample.incidents}
        told |= {each["kind"]: f"fault of the monitor: {each['kind']}" for each in sample.faults}
        for key, text in told.items():
            if seen.get(key) != text:
                yield f"{_after(record, sample.at):7.1f} s  {text}"
        for key in seen.keys() - told.keys():
            yield f"{_after(record, sample.at):7.1f} s  gone: {seen[key]}"
        seen = told
    held = _after(record, record.off)
    yield f"{held:7.1f} s  reverted; notices: {[each['kind'] for each in record.notices]}"


def _line(record: Record, sample: Sample, incident: Json) -> str:
    others = ", ".join(
        f"{each['cause']}@{each['component']} {each['confidence']:.2f}"
        for each in incident["candidates"][:4]
    )
    verdict = f"{incident['cause']}/{incident['subcause']}@{incident['cause_component']}"
    members = "+".join(incident["components"])
    confidence = f"{incident['confidence']:.2f}"
    said = f"{incident['status']} {verdict} {confidence} of {members}; candidates: {others}"
    missing = missing_of(record, incident, sample.at) if sample.at <= record.off else ()
    return f"{said}; missing: {', '.join(missing)}" if missing else said


def _evidence(record: Record) -> Iterator[str]:
    """Yield the evidence of each incident as it last stood while the fault was there."""
    last = record.during()[-1:] or record.samples[-1:]
    for incident in (each for sample in last for each in sample.incidents):
        yield f"{incident['cause']}@{incident['cause_component']}"
        yield from (_item(record, each) for each in incident["evidence"])
    for verdict in record.verdicts:
        yield f"{verdict['component']}: {verdict['cause']} {verdict['confidence']:.2f}"


def _item(record: Record, item: Json) -> str:
    sign = "-" if item["against"] else "+"
    at = _after(record, datetime.fromisoformat(item["at"]))
    where = f"{item['component']}/{item['check']}"
    what = f"{item['signal']}={item['value']} {item['detail']}"
    return f"  {sign}{item['weight']:.2f} {item['rule']}: {what} ({where}, {at:.1f} s)"


def _after(record: Record, moment: datetime) -> float:
    return (moment - record.on).total_seconds()

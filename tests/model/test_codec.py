"""The codec returns every value of the model as it was, and refuses what has no form."""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import (
    cause,
    change,
    check,
    delivery,
    events,
    fault,
    history,
    incident,
    maintenance,
    notice,
    observation,
    platform,
    signals,
    status,
)
from monitor.model.codec import format_time, from_json, parse_time, to_json

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.integers(-(10**15), 10**15).map(lambda each: NOW + timedelta(microseconds=each))
TYPES: tuple[type, ...] = (
    observation.Observation,
    status.CheckState,
    status.Transition,
    incident.Incident,
    maintenance.Window,
    change.Change,
    fault.MonitorFault,
    cause.Diagnosis,
    delivery.Delivery,
    history.MonitorRun,
    history.Rollup,
    platform.Service,
    platform.Component,
    signals.Evidence,
    notice.NoticeText,
    check.Confirmation,
)


def values_of(hint: object) -> st.SearchStrategy[typing.Any]:
    """Return values of a type as the model annotates it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(each) for each in arguments])
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=2)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = {each.name: values_of(hints[each.name]) for each in dataclasses.fields(hint)}
        return st.builds(hint, **fields)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return _plain(hint)


def _plain(hint: object) -> st.SearchStrategy[typing.Any]:
    if hint is datetime:
        return MOMENTS
    simple: dict[object, st.SearchStrategy[typing.Any]] = {
        float: st.floats(allow_nan=False, allow_infinity=False),
        int: st.integers(-(10**9), 10**9),
        bool: st.booleans(),
        str: st.text(max_size=10),
        type(None): st.none(),
        object: st.one_of(st.none(), st.text(max_size=5), st.integers(0, 9)),
    }
    return simple[hint]


@pytest.mark.parametrize("type_", TYPES, ids=lambda each: each.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_a_value_comes_back_as_it_was(type_: type, data: st.DataObject) -> None:
    value = data.draw(values_of(type_))
    assert from_json(type_, json.loads(json.dumps(to_json(value)))) == value


def test_unknown_keys_are_ignored_and_missing_ones_take_their_default() -> None:
    found = from_json(check.Confirmation, {"failures": 4, "colour": "green"})
    assert found == check.Confirmation(failures=4)


def test_a_missing_key_without_default_is_an_error() -> None:
    with pytest.raises(TypeError, match="version"):
        from_json(change.Change, {"id": "chg_1"})


def test_a_word_outside_an_enum_is_an_error() -> None:
    with pytest.raises(ValueError, match="sideways"):
        from_json(status.Status, "sideways")


def test_what_has_no_json_form_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="no JSON form for set"):
        to_json({1, 2})


def test_times_are_written_in_utc_with_microseconds() -> None:
    beijing = timezone(timedelta(hours=8))
    assert format_time(datetime(2026, 3, 1, 8, 0, tzinfo=beijing)) == "2026-03-01T00:00:00.000000Z"
    assert parse_time("2026-03-01T08:00:00+08:00") == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="time without offset"):
        parse_time("2026-03-01T08:00:00")


def test_an_event_holds_plain_json() -> None:
    event = events.Event.of(
        events.EventType.INCIDENT_OPENED, "inc_1", 1, datetime(2026, 3, 1, tzinfo=UTC), {"a": [1]}
    )
    assert to_json(event) == {
        "id": event.id,
        "type": "incident.opened",
        "at": "2026-03-01T00:00:00.000000Z",
        "subject": "inc_1",
        "data": {"a": [1]},
    }

"""A JSON Schema says what was agreed; where an answer drifts from it is a signal."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.http_spec import HttpSpec
from tests.probes.conftest import Probe
from tests.probes.http_app import says
from tests.probes.servers import answering, http, serving

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["trade_no", "amount", "state"],
    "properties": {
        "trade_no": {"type": "string"},
        "amount": {"type": "integer", "minimum": 0},
        "state": {"enum": ["OPEN", "PAID"]},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {"item": {"type": "object", "additionalProperties": False, "properties": {"x": {}}}},
}
GOOD: dict[str, Any] = {"trade_no": "T1", "amount": 5, "state": "OPEN"}


async def _seen(probe: Probe, answer: bytes, contract: object = SCHEMA) -> Observation:
    async with serving(answering(answer)) as port:
        return await probe("http", url=f"http://127.0.0.1:{port}/", contract=contract)


async def test_an_answer_that_keeps_the_contract_is_ok(probe: Probe) -> None:
    assert (await _seen(probe, says(GOOD))).outcome is Outcome.OK


DRIFTS: dict[str, tuple[Any, str, str]] = {
    "a key was renamed": ({"amount": 5, "state": "OPEN"}, "$.trade_no", "is absent"),
    "a type changed": ({**GOOD, "amount": "5.00-geheim"}, "$.amount", 'breaks type "integer"'),
    "a word is new": ({**GOOD, "state": "geheim"}, "$.state", 'breaks enum ["OPEN", "PAID"]'),
    "a number is below": ({**GOOD, "amount": -1}, "$.amount", "breaks minimum 0"),
    "a part has more": (
        {**GOOD, "items": [{"x": 1}, {"geheim": 1}]},
        "$.items[1]",
        "has more than was agreed",
    ),
    "another kind of answer": ([GOOD], "$", 'breaks type "object"'),
}


@pytest.mark.parametrize("drift", DRIFTS)
async def test_a_drift_is_seen_with_its_path_and_without_its_value(
    probe: Probe, drift: str
) -> None:
    document, path, rule = DRIFTS[drift]

    observation = await _seen(probe, says(document))

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (
        FailureKind.CONTRACT_BROKEN,
        Stage.SEMANTIC,
    )
    assert observation.failure.detail == f"{path} {rule}"
    assert observation.signal(SignalKind.CONTRACT_VIOLATION) == path
    assert "geheim" not in repr(observation)


async def test_a_page_instead_of_a_document_breaks_the_contract(probe: Probe) -> None:
    observation = await _seen(probe, http("200 OK", b"<html>", "Content-Type: text/html"))

    assert observation.failure is not None
    assert observation.failure.detail == "$ is no JSON"


async def test_a_large_document_is_compared_as_well(probe: Probe) -> None:
    items = [{"x": number} for number in range(5000)]
    good, bad = {**GOOD, "items": items}, {**GOOD, "items": [*items, {"y": 0}]}

    assert (await _seen(probe, says(good))).outcome is Outcome.OK
    observation = await _seen(probe, says(bad))
    assert observation.signal(SignalKind.CONTRACT_VIOLATION) == "$.items[5000]"


async def test_a_document_that_is_nested_too_deeply_breaks_the_contract(probe: Probe) -> None:
    nested = {"type": "array", "items": {"$ref": "#"}}
    body = b"[" * 800 + b"]" * 800

    observation = await _seen(probe, http("200 OK", body, "Content-Type: application/json"), nested)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONTRACT_BROKEN


async def test_a_contract_may_stand_in_a_file(probe: Probe, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(SCHEMA))

    observation = await _seen(probe, says({}), str(file))

    assert observation.signal(SignalKind.CONTRACT_VIOLATION) == "$.trade_no"


BAD: dict[str, tuple[object, str]] = {
    "no schema": (5, "expected a JSON Schema"),
    "a word that is no type": ({"type": "record"}, r"\$\.type"),
    "a reference elsewhere": ({"$ref": "https://example.test/order.json"}, "within the schema"),
    "a reference to nothing": ({"$ref": "#/$defs/order"}, "refers to"),
    "a file that is missing": ("missing.json", "cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_schema_is_refused_when_it_is_loaded(case: str) -> None:
    contract, expected = BAD[case]

    with pytest.raises(ValidationError, match=expected):
        HttpSpec.model_validate({"url": "http://127.0.0.1/", "contract": contract})


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text("{")

    with pytest.raises(ValidationError, match="in JSON"):
        HttpSpec.model_validate({"url": "http://127.0.0.1/", "contract": str(file)})

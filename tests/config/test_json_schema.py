"""The JSON Schema accepts what loads, refuses what does not, and knows every type's keys."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from monitor.config import schema
from tests.config.specs import CHANNELS, PROBES

GOOD = Path(__file__).parent / "testdata" / "good"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    made = schema(PROBES, CHANNELS)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def _keys(error: Any) -> set[str]:
    """Return where the error and everything below it stand."""
    return {"/".join(map(str, error.absolute_path))}.union(*map(_keys, error.context or ()))


def _whole() -> Any:
    return yaml.safe_load((GOOD / "monitor.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["monitor.yml", "parts/ledger.yml", "parts/receivers.yml"])
def test_what_loads_is_accepted(name: str, validator: Draft202012Validator) -> None:
    document = yaml.safe_load((GOOD / name).read_text(encoding="utf-8"))

    assert not list(validator.iter_errors(document))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("platform/time_zone", 8),
        ("components/gateway/kind", "host"),
        ("services/checkout/critical", "yes"),
        ("checks/gateway-page/interval", "2 s"),
        ("checks/gateway-page/type", "pages"),
        ("checks/gateway-page/body/max_bytes", 0),
        ("checks/bank-a-socket/port", 70_000),
        ("limits/max_in_flight", -1),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    path: str, value: Any, validator: Draft202012Validator
) -> None:
    document = _whole()
    *above, key = path.split("/")
    target = document
    for each in above:
        target = target[each]
    target[key] = value

    assert path in {where for each in validator.iter_errors(document) for where in _keys(each)}


@pytest.mark.parametrize("section", ["checks/gateway-page", "services/checkout", "recovery", "."])
def test_an_unknown_key_is_refused(section: str, validator: Draft202012Validator) -> None:
    document = _whole()
    target = document
    for each in section.split("/") if section != "." else ():
        target = target[each]
    target["port_of_nothing"] = 1

    assert not validator.is_valid(document)


def test_a_check_may_not_have_the_keys_of_another_type(validator: Draft202012Validator) -> None:
    document = _whole()
    document["checks"]["gateway-page"]["port"] = 80

    assert not validator.is_valid(document)


def test_a_file_without_platform_holds_named_entries_only(validator: Draft202012Validator) -> None:
    assert validator.is_valid({"components": {"web": {"kind": "server"}}})
    assert not validator.is_valid({"recovery": {"watch": "5m"}})


def test_a_reference_stands_for_a_number_or_a_choice(validator: Draft202012Validator) -> None:
    document = _whole()
    document["checks"]["bank-a-socket"] |= {"port": "${PORT}", "interval": "${EVERY:-5s}"}
    document["components"]["gateway"]["kind"] = "${KIND}"

    assert validator.is_valid(document)

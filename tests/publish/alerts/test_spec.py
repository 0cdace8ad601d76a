"""Proves which receivers a configuration may name, and that none of them shows its secrets."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from monitor.clock import SystemClock
from monitor.model.cause import Cause
from monitor.model.configuration import ReceiverConfig
from monitor.publish.alerts.answers import translate
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.table import RECEIVERS, build_receivers
from monitor.publish.alerts.webhook import WebhookSpec
from monitor.publish.deliveries.result import SendOutcome

GOOD = {
    "url": "https://user:pa55@hooks.test/T0KEN?key=K3Y",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "headers": {"authorization": "Bearer t0ken"},
}


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"url": "ftp://a.test/"}, "url", "absolute http or https"),
        ({"url": "/hook"}, "url", "absolute http or https"),
        ({"url": "http://[::bad"}, "url", "absolute http or https"),
        ({"secret": "whsec_???"}, "secret", "base64"),
        ({"secret": "short"}, "secret", "at least 16 bytes"),
        ({"previous_secret": "whsec_"}, "previous_secret", "at least 16 bytes"),
        ({"headers": {"Webhook-Id": "1"}}, "headers", "set by the monitor"),
        ({"headers": {"Host": "a"}}, "headers", "set by the monitor"),
        ({"headers": {"x-a": "1\r\nx-b: 2"}}, "headers", "not printable"),
        ({"timeout": 0}, "timeout", "greater than or equal"),
        ({"timeout": "5 fortnights"}, "timeout", "such as"),
        ({"give_up_after": 0}, "give_up_after", "greater than 0"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file", "No such file"),
        ({"colour": "red"}, "colour", "not permitted"),
    ],
    ids=str,
)
def test_a_bad_spec_names_the_key_and_what_was_expected(
    change: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        WebhookSpec.model_validate(GOOD | change)

    (problem,) = caught.value.errors(include_input=False, include_context=False)
    assert problem["loc"][0] == key
    assert words in problem["msg"]
    for secret in ("pa55", "T0KEN", "K3Y", "t0ken", "MfKQ9"):
        assert secret not in str(caught.value)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate here")

    with pytest.raises(ValidationError, match=r"no certificates in ca\.pem"):
        WebhookSpec.model_validate(GOOD | {"ca_file": empty})


def test_durations_are_numbers_or_texts() -> None:
    spec = WebhookSpec.model_validate(GOOD | {"timeout": "1500ms", "give_up_after": "2d"})

    assert (spec.timeout, spec.give_up_after) == (1.5, 172_800.0)


def test_a_spec_shows_no_secret() -> None:
    spec = WebhookSpec.model_validate(GOOD)

    shown = f"{spec!r} {spec} {spec.model_dump()} {spec.model_dump_json()}"

    for secret in ("pa55", "T0KEN", "K3Y", "t0ken", "MfKQ9"):
        assert secret not in shown


def test_equal_specs_are_equal_so_that_a_reload_disturbs_nothing() -> None:
    assert WebhookSpec.model_validate(GOOD) == WebhookSpec.model_validate(GOOD)


@pytest.mark.parametrize(
    ("on_call", "give_up_after", "cap", "age"),
    [(True, None, 60.0, 86_400.0), (False, None, 3600.0, 259_200.0), (True, "1h", 60.0, 3600.0)],
)
async def test_receivers_are_built_with_the_patience_their_role_asks_for(
    on_call: bool, give_up_after: str | None, cap: float, age: float
) -> None:
    spec = RECEIVERS["webhook"].spec.model_validate(GOOD | {"give_up_after": give_up_after})
    config = ReceiverConfig(name="a", type="webhook", spec=spec, on_call=on_call)

    (receiver,) = build_receivers([config], ChannelContext.create(SystemClock(), Links()))
    await receiver.channel.close()

    assert receiver.name == "a"
    assert receiver.policy.cap_seconds == cap
    assert receiver.policy.give_up_after_seconds == age


def test_links_are_null_where_the_operator_gave_no_address() -> None:
    incident = {"id": "inc_a", "cause": "unknown"}
    assert Links().incident(incident) == {
        **incident,
        "url": None,
        "public_url": None,
        "runbook": "docs/operations/unknown.md",
        "runbook_url": None,
    }


def test_without_a_place_of_the_operator_runbooks_are_on_the_operations_page() -> None:
    at_home = Links(operations_url="https://ops.test")
    elsewhere = Links(operations_url="https://ops.test", runbooks_url="https://wiki.test/plans")

    assert at_home.runbook_url(Cause.UNKNOWN) == "https://ops.test/runbooks/unknown"
    assert elsewhere.runbook_url(Cause.UNKNOWN) == "https://wiki.test/plans/unknown.md"


def subclasses(type_: type[Exception]) -> list[type[Exception]]:
    return [type_, *(each for direct in type_.__subclasses__() for each in subclasses(direct))]


@pytest.mark.parametrize("type_", subclasses(httpx.RequestError), ids=lambda each: each.__name__)
def test_every_error_of_the_library_has_a_meaning_and_keeps_its_text_to_itself(
    type_: type[httpx.RequestError],
) -> None:
    result = translate(type_("https://hooks.test/T0KEN"))

    assert result.outcome is SendOutcome.RETRY
    assert result.reason is not None
    assert "T0KEN" not in result.detail

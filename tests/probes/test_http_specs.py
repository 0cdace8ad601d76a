"""What http checks and journeys cannot mean is refused when it is loaded, without a secret."""

from typing import Any

import pytest
from pydantic import ValidationError

from monitor.probes.http_spec import HttpSpec
from monitor.probes.journey_spec import JourneySpec
from monitor.probes.table import SPECS

URL = "http://127.0.0.1/"
STEP: dict[str, Any] = {"name": "a", "url": URL}
OAUTH2 = {"token_url": URL, "client_id": "c", "client_secret": "geheim"}

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a key without a certificate": ({"client_key": __file__}, "needs client_certificate"),
    "a certificate that is missing": (
        {"client_certificate": "/nonexistent.pem"},
        "client_certificate",
    ),
    "a proxy of another kind": ({"proxy": "socks5://127.0.0.1:1"}, "http:// or https://"),
    "a proxy through TLS": ({"proxy": "https://127.0.0.1:1"}, "http://proxy:3128"),
    "a proxy with a user": ({"proxy": "http://u:geheim@127.0.0.1:1"}, "basic_auth"),
    "a login without a proxy": (
        {"proxy_auth": {"username": "u", "password": "geheim"}},
        "needs proxy",
    ),
    "a name for an address": ({"resolve": "localhost"}, "IP address"),
    "an address of the other family": ({"resolve": "::1", "ip_version": 4}, "IPv4"),
    "two ways": ({"resolve": "127.0.0.1", "proxy": "http://127.0.0.1:1"}, "not both"),
    "two credentials": ({"oauth2": OAUTH2, "bearer_token": "geheim"}, "only one"),
    "a client without a secret": (
        {"oauth2": {"token_url": URL, "client_id": "c"}},
        "client_secret",
    ),
    "a token from nowhere": ({"oauth2": {**OAUTH2, "token_url": "token"}}, "http:// or https://"),
    "an empty spare": ({"spare": {}}, "expected headers"),
    "half a spare client": ({"oauth2": OAUTH2, "spare": {"client_id": "d"}}, "together"),
    "a spare client without a server": (
        {"spare": {"client_id": "d", "client_secret": "geheim"}},
        "needs oauth2",
    ),
    "a provider that nobody knows": ({"provider": "paypal"}, "wechat_pay_v3"),
    "a generic provider without a path": ({"provider": "generic"}, "provider_code"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_option_is_refused_with_what_was_expected(case: str) -> None:
    fields, expected = BAD[case]

    with pytest.raises(ValidationError, match=expected) as refused:
        SPECS["http"].spec.model_validate({"url": URL, **fields})
    assert "geheim" not in str(refused.value)


BAD_JOURNEYS: dict[str, tuple[dict[str, Any], str]] = {
    "no steps": ({"steps": []}, "steps"),
    "two steps of one name": ({"steps": [STEP, STEP]}, "name of its own"),
    "a value that nothing gives": ({"steps": [{**STEP, "body": "{{order}}"}]}, "'order'"),
    "a value that comes too late": (
        {
            "steps": [
                {**STEP, "headers": {"X": "{{order}}"}},
                {**STEP, "name": "b", "capture": {"order": "$.id"}},
            ]
        },
        "step a: nothing before it gives 'order'",
    ),
    "a place in a comparison": ({"steps": [{**STEP, "expect_json": {"$.a": "{{b}}"}}]}, "'b'"),
    "a place in the host": (
        {"variables": {"h": "x"}, "steps": [{**STEP, "url": "http://{{h}}/"}]},
        "host that does not change",
    ),
    "a path without a base": ({"steps": [{**STEP, "url": "/a"}]}, "http:// or https://"),
    "an address without a base": ({"resolve": "127.0.0.1", "steps": [STEP]}, "base_url"),
    "a name that no place can hold": ({"steps": [{**STEP, "capture": {"a-b": "$.a"}}]}, "capture"),
    "a capture of nothing": ({"steps": [{**STEP, "capture": {"a": {}}}]}, "path, header"),
    "a capture of two kinds": (
        {"steps": [{**STEP, "capture": {"a": {"path": "$.a", "header": "X"}}}]},
        "path alone",
    ),
    "a capture without a group": (
        {"steps": [{**STEP, "capture": {"a": {"matches": "x"}}}]},
        "one group",
    ),
}


@pytest.mark.parametrize("case", BAD_JOURNEYS)
def test_a_bad_journey_is_refused_with_what_was_expected(case: str) -> None:
    fields, expected = BAD_JOURNEYS[case]

    with pytest.raises(ValidationError, match=expected):
        JourneySpec.model_validate(fields)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://[::1]:8080/支付", "http://[::1]:8080/%E6%94%AF%E4%BB%98"),
        ("http://[::1]/支付", "http://[::1]/%E6%94%AF%E4%BB%98"),
        ("https://例え.jp:8443/?a=付", "https://xn--r8jz45g.jp:8443/?a=%E4%BB%98"),
    ],
)
def test_a_url_is_sent_in_ascii_with_its_host_as_it_was(url: str, sent: str) -> None:
    assert HttpSpec(url=url).request.url == sent


def test_no_secret_of_a_client_is_shown() -> None:
    fields: dict[str, Any] = {
        "url": URL,
        "oauth2": {**OAUTH2, "parameters": {"p": "geheim"}},
        "proxy": "http://127.0.0.1:1",
        "proxy_auth": {"username": "u", "password": "geheim"},
        "spare": {"bearer_token": "geheim"},
    }
    spec = SPECS["http"].spec.model_validate(fields)

    assert "geheim" not in repr(spec) + str(spec) + spec.model_dump_json()


def test_no_secret_of_a_journey_is_shown() -> None:
    step = {**STEP, "headers": {"X": "geheim"}, "bearer_token": "geheim", "body": "geheim"}
    spec = JourneySpec.model_validate({"variables": {"v": "geheim"}, "steps": [step]})

    assert "geheim" not in repr(spec) + str(spec) + spec.model_dump_json()


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        (
            "http",
            {"url": URL, "contract": {"type": "object"}, "provider": "wechat_pay_v3"},
        ),
        (
            "journey",
            {"steps": [{**STEP, "capture": {"a": "$.a", "b": {"header": "X"}}, "within": "2s"}]},
        ),
    ],
)
def test_equal_options_are_equal_specs_and_survive_json(type_: str, fields: dict[str, Any]) -> None:
    model = SPECS[type_].spec
    spec = model.model_validate(fields)

    assert spec == model.model_validate(fields)
    kept = spec.model_dump_json(exclude_unset=True)
    assert model.model_validate_json(kept).model_dump_json(exclude_unset=True) == kept

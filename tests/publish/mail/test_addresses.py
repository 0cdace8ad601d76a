"""Proves that an address is one address, and that a link allows what it was made for."""

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.publish.mail.addresses import masked, read_address
from monitor.publish.mail.tokens import Purpose, Tokens

TOKENS = Tokens(b"x" * 32)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("li@example.com", "li@example.com"),
        (" Li.Ming+status@Example.COM ", "li.ming+status@example.com"),
        ("li@银行.中国", "li@xn--jn2a72x.xn--fiqs8s"),
        ("o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, address: str) -> None:
    assert read_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "li",
        "li@",
        "@example.com",
        "li@localhost",
        "li@127.0.0.1",
        "li@[127.0.0.1]",
        "li@example..com",
        "li@-example.com",
        ".li@example.com",
        "li..ming@example.com",
        '"li ming"@example.com',
        "li@example.com, wang@example.com",
        "li@example.com;wang@example.com",
        "Li <li@example.com>",
        "li@example.com\r\nBcc: x@example.com",
        "li@example.com\n",
        "li%0a@example.com\x00",
        "李@example.com",
        "a" * 65 + "@example.com",
        "li@" + "a" * 64 + ".com",
        "li@" + "a." * 130 + "com",
        "li@exam ple.com",
        "=?utf-8?q?li?=@example.com",
        "=?nothing?b?!!?=@example.com",
    ],
)
def test_what_is_no_address_or_more_than_one_is_none(typed: str) -> None:
    assert read_address(typed) is None


@given(st.text(max_size=80))
def test_whatever_is_typed_an_address_is_one_plain_word(typed: str) -> None:
    found = read_address(typed) or read_address(f"{typed}@example.com")

    if found is not None:
        assert found.isascii()
        assert found.isprintable()
        assert not set(found) & set(' ,;:<>()[]"\\\r\n')
        assert read_address(found) == found
        assert Address(addr_spec=found).addr_spec == found, "a message can be addressed to it"


def test_a_masked_address_shows_whose_it_may_be() -> None:
    assert masked("li.ming@example.com") == "l***@example.com"


def test_a_link_is_good_for_its_purpose_alone() -> None:
    token = TOKENS.make(Purpose.CONFIRM, "cnf_1")

    assert TOKENS.read(Purpose.CONFIRM, token) == "cnf_1"
    assert TOKENS.read(Purpose.UNSUBSCRIBE, token) is None
    assert Tokens(b"y" * 32).read(Purpose.CONFIRM, token) is None


@pytest.mark.parametrize(
    "token", ["", "cnf_1", "cnf_1.", "cnf_1." + "A" * 24, "cnf_2.{code}", "{token}x", "../{token}"]
)
def test_a_link_that_was_changed_is_none(token: str) -> None:
    real = TOKENS.make(Purpose.CONFIRM, "cnf_1")
    forged = token.format(token=real, code=real.partition(".")[2])

    assert TOKENS.read(Purpose.CONFIRM, forged) is None

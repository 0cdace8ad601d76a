"""DNS messages are read as other programs write them, and no message harms the reader."""

import asyncio
import re

import aiodns
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.probes.dns_message import (
    MalformedError,
    Question,
    answers,
    encode_name,
    read,
    write,
)
from monitor.probes.dns_spec import DnsSpec
from tests.probes.zone_server import Zone, zone_server

QUESTION = Question(id=0x1234, name="www.example.com", type="A")

# An answer as recursive servers write it: a CNAME, then two addresses, all names compressed.
COMPRESSED = bytes.fromhex(
    "1234 8180 0001 0003 0000 0000"
    "03777777 07 6578616d706c65 03 636f6d 00 0001 0001"
    "c00c 0005 0001 0000012c 0007 04 65646765 c010"
    "c02d 0001 0001 0000003c 0004 c0000201"
    "c02d 0001 0001 0000001e 0004 c0000202".replace(" ", "")
)


def test_compressed_names_are_followed() -> None:
    answer = read(COMPRESSED, QUESTION)
    alias = read(COMPRESSED, Question(id=0x1234, name="www.example.com", type="CNAME"))

    assert answer.records == ("192.0.2.1", "192.0.2.2")
    assert answer.ttl == 30
    assert alias.records == ("edge.example.com",)


def test_a_question_is_what_a_name_server_reads() -> None:
    assert write(QUESTION).hex() == (
        "12340100000100000000000103777777076578616d706c6503636f6d000001000100002904d0000000000000"
    )


async def test_another_resolver_reads_the_same_from_the_same_server() -> None:
    records = {("pay.test", "MX"): ["10 mail.pay.test"], ("pay.test", "A"): ["192.0.2.9"]}
    async with zone_server(Zone(records)) as address:
        resolver = aiodns.DNSResolver([address], loop=asyncio.get_running_loop())
        mail = await resolver.query_dns("pay.test", "MX")
        host = await resolver.query_dns("pay.test", "A")
        await resolver.close()

    assert "mail.pay.test" in repr(mail)
    assert "192.0.2.9" in repr(host)


def test_an_answer_belongs_to_its_question_alone() -> None:
    other_id = bytes([0x12, 0x35]) + COMPRESSED[2:]
    other_name = COMPRESSED.replace(b"www", b"xxx", 1)
    no_answer = COMPRESSED[:2] + b"\x01\x80" + COMPRESSED[4:]
    other_case = COMPRESSED.replace(b"example", b"eXaMpLe", 1)

    assert answers(COMPRESSED, QUESTION)
    assert answers(other_case, QUESTION)
    assert not any(answers(each, QUESTION) for each in (other_id, other_name, no_answer, b"", b"x"))


def test_names_that_point_to_themselves_end() -> None:
    looping = COMPRESSED[:12] + b"\xc0\x0c" + COMPRESSED[14:]

    with pytest.raises(MalformedError):
        read(looping, QUESTION)


@given(st.binary(max_size=200), st.integers(0, len(COMPRESSED)))
def test_no_message_harms_the_reader(noise: bytes, cut: int) -> None:
    for message in (noise, COMPRESSED[:cut] + noise, COMPRESSED[:cut]):
        try:
            read(message, QUESTION)
        except MalformedError:
            continue


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".test", ".".join(["abcdefg"] * 40)])
def test_a_name_that_cannot_be_asked_for_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape("expected a DNS name")):
        encode_name(name)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"servers": ["resolver.test"]}, "expected an address"),
        ({"servers": ["127.0.0.1:99999"]}, "expected an address"),
        ({"servers": ["127.0.0.1 53"]}, "expected an address"),
        ({"name": "a..b"}, "expected a DNS name"),
        ({"record": "PTR"}, "record"),
        ({"record": "MX", "expect_prefixes": ["10.0.0.0/8"]}, "needs record A or AAAA"),
        ({"expect_prefixes": ["10.0.0.1/8"]}, "host bits"),
        ({"expect_rcode": "NXDOMAIN", "expect_answers": ["192.0.2.1"]}, "no answers"),
    ],
)
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DnsSpec.model_validate({"name": "pay.test", **fields})


def test_servers_are_addresses_of_both_families_with_or_without_a_port() -> None:
    servers = ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]:5353"]

    assert DnsSpec(name="pay.test", servers=servers).servers == tuple(servers)

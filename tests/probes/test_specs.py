"""A spec says what it expected instead of a bad value, and never shows a secret."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitor.model.check import Check
from monitor.probes.fields import Seconds, Spec
from monitor.probes.http_spec import HttpSpec
from monitor.probes.sql_spec import SqlSpec
from monitor.probes.table import SPECS

URL = "http://127.0.0.1/"

BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown key": ("http", {"url": URL, "verifies": True}, "verifies"),
    "no url": ("http", {}, "url"),
    "other scheme": ("http", {"url": "ftp://127.0.0.1/"}, "http:// or https://"),
    "no host": ("http", {"url": "http:///path"}, "with a host"),
    "space in the url": ("http", {"url": "http://127.0.0.1/a b"}, "without spaces"),
    "bad port": ("http", {"url": "http://127.0.0.1:99999/"}, "[Pp]ort"),
    "user in the url": ("http", {"url": "http://me:pw@127.0.0.1/"}, "use basic_auth"),
    "bad regex": ("http", {"url": URL, "expect_body": "("}, "expect_body"),
    "bad jsonpath": ("http", {"url": URL, "expect_json": {"$[": 1}}, "expected a JSONPath"),
    "bad comparison": ("http", {"url": URL, "expect_json": {"$.a": {"min": 1}}}, "min"),
    "bad status": ("http", {"url": URL, "expect_status": ["2-3"]}, "expected a status"),
    "bad duration": ("http", {"url": URL, "degraded_after": "2 sec"}, "500ms, 2s, 5m"),
    "zero duration": ("http", {"url": URL, "degraded_after": 0}, "greater than 0"),
    "bad signal": ("http", {"url": URL, "signals": {"load": "$.a"}}, "signals"),
    "signal that no body reports": (
        "http",
        {"url": URL, "signals": {"http_status": "$.a"}},
        "expected one of",
    ),
    "missing ca file": ("http", {"url": URL, "ca_file": "/nonexistent.pem"}, "ca_file"),
    "two credentials": (
        "http",
        {"url": URL, "bearer_token": "t", "basic_auth": {"username": "u", "password": "p"}},
        "not both",
    ),
    "header name": ("http", {"url": URL, "headers": {"X Y": "1"}}, "name of a header"),
    "header of two lines": ("http", {"url": URL, "headers": {"X": "1\nY: 2"}}, "one line"),
    "codes without a path": ("http", {"url": URL, "provider_ok": ["0"]}, "provider_code"),
    "address of the other family": ("http", {"url": URL, "ip_version": 6}, "IPv6"),
    "no port": ("tcp", {"host": "127.0.0.1"}, "port"),
    "impossible port": ("tcp", {"host": "127.0.0.1", "port": 0}, "port"),
    "no database url": ("sql", {"url": "ledger"}, "postgresql://user@host"),
    "other database": ("sql", {"url": "oracle://u@127.0.0.1/x"}, "expected one of"),
    "sqlite in memory": ("sql", {"url": "sqlite://"}, "path of a file"),
    "no database host": ("sql", {"url": "postgresql:///ledger"}, "host and a user"),
    "deep look at a file": ("sql", {"url": "sqlite:///x.db", "deep": True}, "expected nothing"),
    "topic of another server": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x", "deep": ["slots"]},
        "expected sessions, transactions",
    ),
    "role without a deep look": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x", "deep": ["locks"], "expect_role": "primary"},
        "deep with replication",
    ),
    "session kept for nothing": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x", "keep_session": True},
        "expected deep",
    ),
    "option in the url": (
        "sql",
        {"url": "postgresql://u@127.0.0.1/x?statement_timeout=1"},
        "statement_timeout",
    ),
    "tls that may not be spoken": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=prefer"},
        "expected one of disable, require, verify-ca, verify-full",
    ),
    "authority that nobody asks": (
        "sql",
        {"url": "mariadb://u@127.0.0.1/x?sslrootcert=system"},
        "expected one of require, verify-ca, verify-full beside a file",
    ),
    "verified against nothing": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=verify-ca"},
        "needs sslrootcert",
    ),
    "everybody whom the system trusts": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=verify-ca&sslrootcert=system"},
        "needs sslmode=verify-full",
    ),
    "authority that is not there": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=verify-full&sslrootcert=/absent.pem"},
        "sslrootcert: there is no such file",
    ),
    "key without a certificate": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=require&sslkey=/absent.key"},
        "sslkey needs sslcert",
    ),
    "tls of libpq that there is not": (
        "sql",
        {"url": "postgresql://u@127.0.0.1/x?sslmode=always"},
        "expected one of allow, prefer, disable, require, verify-ca, verify-full",
    ),
    "authorities of the system for whoever it is": (
        "sql",
        {"url": "postgresql://u@127.0.0.1/x?sslmode=prefer&sslrootcert=system"},
        "needs sslmode=verify-full",
    ),
    "authority of libpq that is not there": (
        "sql",
        {"url": "postgresql://u@127.0.0.1/x?sslmode=require&sslrootcert=/absent.pem"},
        "sslrootcert: there is no such file",
    ),
    "option of the other server": (
        "sql",
        {"url": "mysql://u@127.0.0.1/x?sslmode=require&channel_binding=require"},
        "unknown option in the URL: channel_binding",
    ),
    "table that is no name": (
        "sql",
        {"url": "sqlite:///x.db", "heartbeat": {"table": "a; DROP TABLE b"}},
        "table",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_value_is_refused_with_what_was_expected(case: str) -> None:
    type_, fields, expected = BAD[case]

    with pytest.raises(ValidationError, match=expected):
        SPECS[type_].spec.model_validate(fields)


SECRETS: dict[str, dict[str, Any]] = {
    "http": {
        "url": URL,
        "headers": {"X-Key": "geheim"},
        "body": "geheim",
        "basic_auth": {"username": "u", "password": "geheim"},
    },
    "sql": {"url": "postgresql://u:geheim@127.0.0.1/x"},
}


@pytest.mark.parametrize("type_", SECRETS)
def test_a_secret_is_never_shown(type_: str) -> None:
    spec = SPECS[type_].spec.model_validate(SECRETS[type_])
    check = Check(name="c", type=type_, component="x", spec=spec)

    assert "geheim" not in repr(check)
    assert "geheim" not in str(spec)
    assert "geheim" not in spec.model_dump_json()
    with pytest.raises(ValidationError) as refused:
        SPECS[type_].spec.model_validate({**SECRETS[type_], "unknown": "geheim"})
    assert "geheim" not in str(refused.value)


def test_a_password_in_the_url_is_moved_out_of_it() -> None:
    moved = SqlSpec.model_validate({"url": "mysql+asyncmy://u:p%40ss@127.0.0.1/x"})
    given = SqlSpec.model_validate({"url": "mysql+asyncmy://u@127.0.0.1/x", "password": "p@ss"})

    assert moved == given
    assert moved.secret == "p@ss"
    assert moved.target.port == 3306


@pytest.mark.parametrize(
    ("text", "seconds"), [(2, 2.0), (0.5, 0.5), ("500ms", 0.5), ("2s", 2.0), ("1.5m", 90.0)]
)
def test_a_duration_is_a_number_or_a_text(text: object, seconds: float) -> None:
    class Waiting(BaseModel):
        wait: Seconds

    assert Waiting.model_validate({"wait": text}).wait == seconds


def test_a_spec_that_says_the_same_is_the_same() -> None:
    fields = {
        "url": URL,
        "expect_json": {"$.a.b": {"at_least": 1}},
        "expect_body": "x",
        "signals": {"queue_depth": "$.q"},
    }
    first, second = HttpSpec.model_validate(fields), HttpSpec.model_validate(fields)
    assert first.request.url == URL

    assert first == second
    assert first != HttpSpec.model_validate({**fields, "expect_body": "y"})


@pytest.mark.parametrize("type_", SPECS)
def test_a_spec_has_a_json_schema_and_survives_json(type_: str) -> None:
    minimal = {
        "http": {"url": URL, "expect_json": {"$.a": 1}, "signals": {"queue_depth": "$.q"}},
        "tcp": {"host": "127.0.0.1", "port": 22, "expect_banner": "SSH"},
        "sql": {"url": "sqlite:///x.db", "expect": 1},
        "dns": {"name": "pay.example.com", "expect_prefixes": ["192.0.2.0/24", "2001:db8::/32"]},
        "exec": {"command": ["check_queue", "-w", "9"], "environment": {"TOKEN": "t"}},
        "heartbeat": {"token": "a-long-enough-token", "every": "24h"},
        "icmp": {"host": "127.0.0.1", "count": 3, "every": "50ms"},
        "redis": {"url": "rediss://probe@127.0.0.1:6380/1", "password": "p", "ttl": "1m"},
        "tls": {"host": "127.0.0.1", "issuer": "O=Example", "pinned_keys": ["ab" * 32]},
        "host": {"mounts": ["/"], "limits": {"oom_kills": {}, "fd_used_ratio": {"failed": 1}}},
        "promql": {"url": URL, "query": "up", "signal": "order_rate", "failed": {"below": 1}},
        "logs": {"file": "/var/log/app.log", "pattern": " 500 ", "degraded": {"above": 60}},
        "status_page": {"url": URL, "components": {"API": "channel"}, "stale_after": "1h"},
        "ics": {"file": "/etc/year.ics"},
        "journey": {"steps": [{"name": "a", "url": URL, "capture": {"b": "$.b"}}]},
    }
    spec: Spec = SPECS[type_].spec.model_validate(minimal[type_])

    schema = SPECS[type_].spec.model_json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(SPECS[type_].spec.model_fields)
    kept = spec.model_dump_json(exclude_unset=True)
    again = SPECS[type_].spec.model_validate_json(kept)
    assert again.model_dump_json(exclude_unset=True) == kept

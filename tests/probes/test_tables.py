"""The tables are total: no code of a library, no stage and no type is without a meaning."""

import errno

import pycurl
import pytest

from monitor import resources
from monitor.model.observation import FailureKind, Stage
from monitor.probes import sql_errors
from monitor.probes.curl_errors import CURL_KINDS, OK, OTHER_PROTOCOLS, curl_kind
from monitor.probes.fields import Spec
from monitor.probes.os_errors import connect_kind
from monitor.probes.recording import TIMEOUT_KINDS
from monitor.probes.sql import CONNECT
from monitor.probes.sql_errors import SqlError, sql_kind
from monitor.probes.sql_spec import target_of
from monitor.probes.table import SPECS

# Codes of the multi interface are another namespace; these two are no codes of a transfer.
_NO_TRANSFER = {"E_OK", "E_CALL_MULTI_PERFORM", "E_ALREADY_COMPLETE"}
_CURL = {
    name: getattr(pycurl, name)
    for name in dir(pycurl)
    if name.startswith("E_") and not name.startswith("E_MULTI_") and name not in _NO_TRANSFER
}


@pytest.mark.parametrize("name", sorted(_CURL))
def test_every_error_of_libcurl_has_a_kind(name: str) -> None:
    code = _CURL[name]

    assert (code in CURL_KINDS) is not (code in OTHER_PROTOCOLS)


def test_no_code_stands_for_success() -> None:
    assert OK not in CURL_KINDS


@pytest.mark.parametrize("stage", list(Stage))
def test_a_timeout_has_a_kind_at_every_stage(stage: Stage) -> None:
    assert "timeout" in TIMEOUT_KINDS[stage].value
    assert curl_kind(28, stage=stage, os_errno=0, encrypted=False) is TIMEOUT_KINDS[stage]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ECONNREFUSED, FailureKind.CONNECT_REFUSED),
        (errno.ETIMEDOUT, FailureKind.CONNECT_TIMEOUT),
        (errno.EHOSTUNREACH, FailureKind.CONNECT_UNREACHABLE),
        (errno.ENETUNREACH, FailureKind.CONNECT_UNREACHABLE),
        (errno.ECONNRESET, FailureKind.CONNECT_RESET),
        (errno.EMFILE, FailureKind.LOCAL_RESOURCE),
        (errno.ENFILE, FailureKind.LOCAL_RESOURCE),
        (errno.ENOBUFS, FailureKind.LOCAL_RESOURCE),
        (errno.EADDRNOTAVAIL, FailureKind.LOCAL_RESOURCE),
        (errno.EPERM, FailureKind.LOCAL_RESOURCE),
        (None, FailureKind.CONNECT_UNREACHABLE),
    ],
)
def test_an_errno_of_a_connect_has_a_kind(number: int | None, kind: FailureKind) -> None:
    assert connect_kind(number) is kind


SQL_CODES = [
    ("28P01", "", Stage.PROTOCOL, FailureKind.LOGIN_REJECTED),
    ("28000", "", Stage.PROTOCOL, FailureKind.LOGIN_REJECTED),
    ("53300", "", Stage.PROTOCOL, FailureKind.SERVER_REJECTED),
    ("57P03", "", Stage.PROTOCOL, FailureKind.SERVER_REJECTED),
    ("57P01", "", Stage.SEMANTIC, FailureKind.SERVER_REJECTED),
    ("57014", "", Stage.SEMANTIC, FailureKind.QUERY_TIMEOUT),
    ("55P03", "", Stage.BUSINESS, FailureKind.WRITE_TIMEOUT),
    ("25006", "", Stage.BUSINESS, FailureKind.WRITE_FAILED),
    ("53100", "", Stage.BUSINESS, FailureKind.WRITE_FAILED),
    ("53100", "", Stage.SEMANTIC, FailureKind.QUERY_FAILED),
    ("42P01", "", Stage.SEMANTIC, FailureKind.QUERY_FAILED),
    ("08P01", "", Stage.PROTOCOL, FailureKind.SERVER_REJECTED),
    ("08004", 1040, Stage.PROTOCOL, FailureKind.SERVER_REJECTED),
    ("28000", 1045, Stage.PROTOCOL, FailureKind.LOGIN_REJECTED),
    ("HY000", 3159, Stage.PROTOCOL, FailureKind.LOGIN_REJECTED),
    ("HY000", 1205, Stage.BUSINESS, FailureKind.WRITE_TIMEOUT),
    ("HY000", 1290, Stage.BUSINESS, FailureKind.WRITE_FAILED),
    ("42S02", 1146, Stage.SEMANTIC, FailureKind.QUERY_FAILED),
    ("", 2013, Stage.SEMANTIC, FailureKind.RESPONSE_CLOSED),
    ("", "SQLITE_BUSY_SNAPSHOT", Stage.BUSINESS, FailureKind.WRITE_TIMEOUT),
    ("", "SQLITE_READONLY", Stage.BUSINESS, FailureKind.WRITE_FAILED),
    ("", "SQLITE_CANTOPEN", Stage.CONNECT, FailureKind.CONNECT_REFUSED),
    ("", "SQLITE_NOTADB", Stage.SEMANTIC, FailureKind.QUERY_FAILED),
]


@pytest.mark.parametrize(("sqlstate", "code", "stage", "kind"), SQL_CODES)
def test_a_code_of_a_database_has_a_kind(
    sqlstate: str, code: int | str, stage: Stage, kind: FailureKind
) -> None:
    assert sql_kind(SqlError("detail", sqlstate=sqlstate, code=code), stage) is kind


@pytest.mark.parametrize("stage", list(Stage))
def test_a_code_that_nobody_knows_has_a_kind_at_every_stage(stage: Stage) -> None:
    assert sql_kind(SqlError("detail", sqlstate="ZZ999"), stage) in FailureKind


def test_every_meaning_has_a_kind() -> None:
    for meaning in sql_errors.Meaning:
        assert (meaning in sql_errors.FIXED) is not (meaning is sql_errors.Meaning.TIMEOUT)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mariadb", "sqlite"])
def test_every_database_has_a_driver(scheme: str) -> None:
    assert target_of(f"{scheme}://probe@127.0.0.1/ledger").backend in CONNECT


def test_the_table_of_probe_types_is_complete() -> None:
    examples = resources.path("checks", "examples").glob("*.yml")
    assert set(SPECS) == {each.stem for each in examples}
    assert all(issubclass(each.spec, Spec) for each in SPECS.values())

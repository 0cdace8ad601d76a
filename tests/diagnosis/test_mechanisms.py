"""One row per mechanism: what the probes see, and the verdict that must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest

from monitor.diagnosis.rules import RULES
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from tests.diagnosis.world import (
    NO_ANSWER,
    REFUSED,
    World,
    failed,
    platform,
    slow,
    status,
    unconnected,
)

DATABASE = Cause.DATABASE_ANOMALY
APPLICATION = Cause.APPLICATION_FAULT
THIRD_PARTY = Cause.THIRD_PARTY_INTERFACE
NETWORK = Cause.NETWORK_FAULT
MONITOR = Cause.MONITOR_FAULT
OVERLOAD = Cause.SERVER_OVERLOAD

UNREACHABLE = unconnected(Kind.CONNECT_UNREACHABLE, 0.2, errno="EHOSTUNREACH")
LOST = unconnected(Kind.CONNECT_TIMEOUT, 1.5)
EXPIRED = failed(Kind.TLS_EXPIRED, 0.03, Stage.TLS, tls_verify_code=10)
NO_NAME = unconnected(Kind.NAME_NOT_FOUND, 0.01, resolve_rcode="NXDOMAIN")
UNRESOLVED = unconnected(Kind.NAME_TIMEOUT, 1.5, resolve_rcode="TIMEOUT")
NO_ZONE = unconnected(Kind.NAME_SERVER_FAILURE, 0.01, resolve_rcode="SERVFAIL")
READ_ONLY = failed(
    Kind.WRITE_FAILED,
    0.02,
    Stage.BUSINESS,
    sqlstate="25006",
    read_only=True,
    read_ok=True,
    write_ok=False,
)


@dataclass(frozen=True)
class Row:
    """A mechanism and its verdict: cause, finer label, seat and the least confidence."""

    name: str
    world: Callable[[], World]
    failing: str
    cause: Cause
    subcause: str
    seat: str
    least: float = 0.8


def _code(kind: Kind, stage: Stage = Stage.PROTOCOL, **signals: str | bool) -> Callable[[], World]:
    seen = failed(kind, 0.02, stage, **signals)
    return lambda: platform().round({"ledger-sql": seen, "gateway": status(503)}, times=2)


ROWS = (
    # Databases.
    Row(
        "database frozen: the login hangs",
        lambda: platform().round({"ledger-sql": NO_ANSWER, "gateway": status(503, 0.95)}, times=2),
        "gateway",
        DATABASE,
        "hang",
        "ledger",
    ),
    Row(
        "all connections used",
        _code(Kind.SERVER_REJECTED, sqlstate="53300"),
        "gateway",
        DATABASE,
        "connections",
        "ledger",
    ),
    Row(
        "nearly all connections used",
        lambda: platform().round(
            {"ledger-sql": slow(1.2, connections_used_ratio=1.0), "gateway": slow(1.3)}, times=2
        ),
        "ledger",
        DATABASE,
        "slow",
        "ledger",
    ),
    Row(
        "disk full",
        _code(Kind.WRITE_FAILED, Stage.BUSINESS, sqlstate="53100", read_ok=True, write_ok=False),
        "ledger",
        DATABASE,
        "disk",
        "ledger",
    ),
    Row(
        "read-only by the server's word",
        lambda: platform().round({"ledger-sql": READ_ONLY, "repayment": status(500)}, times=2),
        "gateway",
        DATABASE,
        "read_only",
        "ledger",
    ),
    Row(
        "MariaDB read-only",
        _code(Kind.WRITE_FAILED, Stage.BUSINESS, driver_code="1290"),
        "ledger",
        DATABASE,
        "read_only",
        "ledger",
    ),
    Row(
        "MySQL's class of SQLSTATE beside a finer code",
        _code(Kind.SERVER_REJECTED, sqlstate="08004", driver_code="1040"),
        "ledger",
        DATABASE,
        "connections",
        "ledger",
    ),
    Row(
        "an extended name of SQLite's",
        _code(Kind.QUERY_FAILED, Stage.SEMANTIC, driver_code="SQLITE_IOERR_READ"),
        "ledger",
        DATABASE,
        "disk",
        "ledger",
    ),
    Row(
        "a code of which only the class is known",
        _code(Kind.QUERY_FAILED, Stage.SEMANTIC, sqlstate="53999"),
        "ledger",
        DATABASE,
        "resources",
        "ledger",
    ),
    Row(
        "database slow while health is fast",
        lambda: platform().round({"ledger-sql": slow(1.2), "gateway": slow(1.3)}, times=2),
        "gateway",
        DATABASE,
        "slow",
        "ledger",
    ),
    Row(
        "a database behind a database",
        lambda: platform().round({"ledger": REFUSED}, times=2),
        "ledger",
        DATABASE,
        "down",
        "ledger",
    ),
    # Our own software.
    Row(
        "the password of the probe is wrong",
        lambda: platform().round(
            {"ledger-sql": failed(Kind.LOGIN_REJECTED, sqlstate="28P01")}, times=2
        ),
        "ledger",
        APPLICATION,
        "credential",
        "ledger",
    ),
    Row(
        "the database of that name does not exist",
        lambda: platform().round(
            {"ledger-sql": failed(Kind.LOGIN_REJECTED, sqlstate="3D000")}, times=2
        ),
        "ledger",
        APPLICATION,
        "config",
        "ledger",
    ),
    Row(
        "the gateway's certificate expired",
        lambda: platform().round({"gateway": EXPIRED, "healthz": EXPIRED}, times=2),
        "gateway",
        APPLICATION,
        "certificate",
        "gateway-host",
    ),
    Row(
        "the gateway's process is gone",
        lambda: platform().round({"gateway": REFUSED, "healthz": REFUSED}, times=2),
        "gateway",
        APPLICATION,
        "crash",
        "gateway-host",
    ),
    Row(
        "errors without a reported change",
        lambda: platform().round({"gateway": status(500)}, times=2),
        "gateway",
        APPLICATION,
        "",
        "gateway",
    ),
    Row(
        "a configuration change that hides an address",
        lambda: platform().change("gateway", "config").round({"checkout": status(404)}, times=2),
        "gateway",
        APPLICATION,
        "config",
        "gateway",
    ),
    Row(
        "our own server rejects the probe",
        lambda: platform().round({"checkout": status(401)}, times=2),
        "gateway",
        APPLICATION,
        "credential",
        "gateway",
    ),
    Row(
        "a bad deploy beside a bank that is down",
        lambda: (
            platform()
            .change("gateway")
            .round({"gateway": status(500), "bank-a": status(502)}, times=2)
        ),
        "gateway",
        APPLICATION,
        "deploy",
        "gateway",
    ),
    # Third parties.
    Row(
        "a bank slow by a step",
        lambda: platform().round({"bank-a": slow(3.0)}, times=2),
        "bank-a",
        THIRD_PARTY,
        "slow",
        "bank-a",
    ),
    Row(
        "a bank that does not answer in time",
        lambda: platform().round({"bank-a": NO_ANSWER}, times=2),
        "bank-a",
        THIRD_PARTY,
        "slow",
        "bank-a",
    ),
    Row(
        "a bank that breaks its contract",
        lambda: platform().round(
            {"bank-a": failed(Kind.CONTRACT_BROKEN, contract_violation="$.trade_no")}, times=2
        ),
        "bank-a",
        THIRD_PARTY,
        "contract",
        "bank-a",
    ),
    Row(
        "a bank's certificate expired",
        lambda: platform().round({"bank-a": EXPIRED}, times=2),
        "bank-a",
        THIRD_PARTY,
        "certificate",
        "bank-a",
    ),
    Row(
        "a bank that is refused alone",
        lambda: platform().round({"bank-a": REFUSED}, times=2),
        "bank-a",
        THIRD_PARTY,
        "down",
        "bank-a",
    ),
    Row(
        "a bank's error within 200",
        lambda: platform().round(
            {"bank-a": failed(Kind.PROVIDER_ERROR, provider_code="isp.unknow-error")}, times=2
        ),
        "bank-a",
        THIRD_PARTY,
        "down",
        "bank-a",
    ),
    Row(
        "a bank's quota",
        lambda: platform().round(
            {"bank-a": status(429, provider_code="RATELIMIT_EXCEEDED")}, times=2
        ),
        "bank-a",
        THIRD_PARTY,
        "quota",
        "bank-a",
    ),
    Row(
        "a bank's zone is lame",
        lambda: platform().round({"bank-a": NO_ZONE}, times=2),
        "bank-a",
        THIRD_PARTY,
        "dns",
        "bank-a",
    ),
    Row(
        "a bank whose page says maintenance",
        lambda: platform().round(
            {"bank-a": status(503, retry_after_seconds=900, maintenance_marker="title")}, times=2
        ),
        "bank-a",
        Cause.MAINTENANCE,
        "third_party",
        "bank-a",
        0.75,
    ),
    Row(
        "both banks answer 502, so checkout does",
        lambda: platform().round(
            {"bank-a": status(502), "bank-b": status(502), "checkout": status(502)}, times=2
        ),
        "gateway",
        THIRD_PARTY,
        "down",
        "bank-a",
        0.6,
    ),
    # Our credentials at a third party.
    Row(
        "a bank answers 401 on our key",
        lambda: platform().round({"bank-a": status(401)}, times=2),
        "bank-a",
        APPLICATION,
        "credential",
        "bank-a",
        0.7,
    ),
    Row(
        "a bank answers 401 and says that it is our signature",
        lambda: platform().round({"bank-a": status(401, provider_code="SIGN_ERROR")}, times=2),
        "bank-a",
        APPLICATION,
        "credential",
        "bank-a",
    ),
    Row(
        "a bank rejects our certificate",
        lambda: platform().round(
            {"bank-a": failed(Kind.TLS_CLIENT_CERTIFICATE, 0.03, Stage.TLS)}, times=2
        ),
        "bank-a",
        APPLICATION,
        "credential",
        "bank-a",
    ),
    Row(
        "a crash beside a bank that is down",
        lambda: platform().round({"gateway": REFUSED, "bank-a": status(502)}, times=2),
        "gateway",
        APPLICATION,
        "crash",
        "gateway",
    ),
    # The network.
    Row(
        "our name does not exist",
        lambda: platform().round({"gateway": NO_NAME}, times=2),
        "gateway",
        NETWORK,
        "dns",
        "gateway",
    ),
    Row(
        "our zone is not served",
        lambda: platform().round({"gateway": NO_ZONE}, times=2),
        "gateway",
        NETWORK,
        "dns",
        "gateway",
    ),
    Row(
        "our host is unreachable",
        lambda: platform().round({"gateway": UNREACHABLE, "healthz": UNREACHABLE}, times=2),
        "gateway",
        NETWORK,
        "routing",
        "gateway-host",
    ),
    Row(
        "both banks are lost together",
        lambda: platform().round({"bank-a": LOST, "bank-b": LOST}, times=2),
        "bank-a",
        NETWORK,
        "firewall",
        "bank-a",
    ),
    Row(
        "both banks are refused together",
        lambda: platform().round({"bank-a": REFUSED, "bank-b": REFUSED}, times=2),
        "bank-b",
        NETWORK,
        "firewall",
        "bank-b",
    ),
    # The monitor itself.
    Row(
        "no descriptors are left",
        lambda: platform().round(
            {"gateway": unconnected(Kind.LOCAL_RESOURCE, errno="EMFILE")}, times=2
        ),
        "gateway",
        MONITOR,
        "local_resource",
        "gateway",
    ),
    Row(
        "the resolver answers nobody",
        lambda: platform().round(
            {"gateway": UNRESOLVED, "bank-a": UNRESOLVED, "bank-b": UNRESOLVED}, times=2
        ),
        "gateway",
        MONITOR,
        "resolver",
        "gateway",
    ),
    Row(
        "certificates of strangers expire at once",
        lambda: platform().round({"gateway": EXPIRED, "bank-a": EXPIRED}, times=2),
        "gateway",
        MONITOR,
        "clock",
        "gateway",
    ),
    Row(
        "a firewall challenges the probe",
        lambda: platform().round({"gateway": status(403, waf_marker="cloudflare")}, times=2),
        "gateway",
        MONITOR,
        "probe_blocked",
        "gateway",
        0.55,
    ),
    # Load.
    Row(
        "all workers hang but connections stand",
        lambda: platform().round({"gateway": NO_ANSWER, "healthz": NO_ANSWER}, times=2),
        "gateway",
        OVERLOAD,
        "",
        "gateway-host",
    ),
    Row(
        "overload that reaches the database later",
        lambda: (
            platform()
            .round({"gateway": slow(1.4), "healthz": slow(1.0)}, times=3)
            .round({"gateway": slow(1.4), "healthz": slow(1.0), "ledger-sql": slow(0.9)}, times=2)
        ),
        "gateway",
        OVERLOAD,
        "",
        "gateway-host",
        0.55,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "_"))
def test_each_mechanism_has_its_verdict(row: Row) -> None:
    verdict = row.world().diagnose(row.failing)
    found = (verdict.cause, verdict.subcause, verdict.component)
    assert found == (row.cause, row.subcause, row.seat), verdict.candidates
    assert verdict.confidence >= row.least, verdict.candidates


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "_"))
def test_evidence_weighs_and_shows_no_more_than_its_rule_declares(row: Row) -> None:
    world = row.world()
    scene = Scene(world.case(row.failing), world.now)
    for rule, name in product(RULES, scene.suspects()):
        if found := rule.weigh(Suspect(scene, name)):
            assert 0 < found.weight <= rule.most, rule.name
            assert {each.signal for each in found.facts} <= set(rule.signals), rule.name
            assert found.facts, rule.name


UNKNOWN: tuple[tuple[str, Callable[[], World], str, set[Cause]], ...] = (
    (
        "a database that nothing reaches",
        lambda: platform().round({"ledger": LOST}, times=2),
        "ledger",
        {DATABASE, NETWORK},
    ),
    (
        "a server that nothing reaches",
        lambda: platform().round({"gateway": LOST}, times=2),
        "gateway",
        {NETWORK, OVERLOAD, APPLICATION},
    ),
    (
        "a database that grows slow after its servers",
        lambda: (
            platform()
            .round({"gateway": slow(1.4), "healthz": slow(1.0)}, times=3)
            .round({"gateway": slow(1.4), "healthz": slow(1.0), "ledger-sql": slow(0.9)}, times=2)
        ),
        "ledger",
        {DATABASE},
    ),
    (
        "banks that grow slow together",
        lambda: platform().round({"bank-a": slow(3.0), "bank-b": slow(3.0)}, times=2),
        "bank-a",
        {THIRD_PARTY},
    ),
    (
        "one function that is slow beside a quick one",
        lambda: platform().round({"checkout": slow(2.0)}, times=2),
        "gateway",
        {OVERLOAD},
    ),
    (
        "a 504 after a round time",
        lambda: platform().round({"gateway": status(504, 5.0)}, times=2),
        "gateway",
        {APPLICATION},
    ),
    (
        "503 with a time to come back and nothing else",
        lambda: platform().round({"gateway": status(503, retry_after_seconds=5)}, times=2),
        "gateway",
        {APPLICATION, Cause.MAINTENANCE},
    ),
    (
        "database and gateway gone at once",
        lambda: platform(host=False).round({"ledger": REFUSED, "gateway": REFUSED}, times=2),
        "gateway",
        {DATABASE, APPLICATION},
    ),
)


@pytest.mark.parametrize(("name", "world", "failing", "expected"), UNKNOWN, ids=lambda _: "")
def test_without_enough_evidence_the_verdict_is_unknown_with_ranked_candidates(
    name: str, world: Callable[[], World], failing: str, expected: set[Cause]
) -> None:
    verdict = world().diagnose(failing)
    assert verdict.cause is Cause.UNKNOWN, (name, verdict.candidates)
    assert verdict.confidence == 0
    confidences = [each.confidence for each in verdict.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert expected <= {each.cause for each in verdict.candidates}
    assert verdict.evidence

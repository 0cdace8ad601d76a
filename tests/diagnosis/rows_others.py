"""What goes wrong at third parties, on the way, and in the monitor."""

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from tests.diagnosis.rows import (
    APPLICATION,
    EXPIRED,
    LOST,
    MONITOR,
    NETWORK,
    NO_NAME,
    NO_ZONE,
    THIRD_PARTY,
    UNREACHABLE,
    UNRESOLVED,
    Row,
)
from tests.diagnosis.world import NO_ANSWER, REFUSED, failed, platform, slow, status, unconnected

OTHER_ROWS = (
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
)

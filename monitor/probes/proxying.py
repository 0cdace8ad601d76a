"""What goes wrong at a proxy, and what a proxy says of the target behind it."""

from collections.abc import Mapping

from monitor.model.observation import FailureKind, Stage
from monitor.probes.curl import Answer
from monitor.probes.curl_errors import TIMED_OUT
from monitor.probes.tls_diagnosis import VERIFY_KINDS

# Proxies answer like this where they could not reach the target; any other refusal is their own.
TARGET_KINDS: Mapping[int, FailureKind] = {
    500: FailureKind.CONNECT_UNREACHABLE,
    502: FailureKind.CONNECT_UNREACHABLE,
    503: FailureKind.CONNECT_UNREACHABLE,
    504: FailureKind.CONNECT_TIMEOUT,
}
_UNTRUSTED = 60
_WRONG_HOST = 62


def proxied_kind(answer: Answer) -> FailureKind | None:
    """Return what a proxy, or a handshake through it, adds to an error; None: no more than usual.

    A diagnosing handshake would need a tunnel of its own, so OpenSSL's code has to do here.
    """
    if answer.code == _UNTRUSTED:
        return VERIFY_KINDS.get(verify_code(answer), FailureKind.TLS_UNTRUSTED)
    if answer.stage is not Stage.CONNECT:
        return None
    if answer.proxy_status:
        return TARGET_KINDS.get(answer.proxy_status, FailureKind.PROXY_FAILED)
    waits_for_target = answer.code == TIMED_OUT and answer.is_connected
    return FailureKind.CONNECT_TIMEOUT if waits_for_target else FailureKind.PROXY_FAILED


def verify_code(answer: Answer) -> int:
    """Return OpenSSL's number of what is wrong with the certificate, or 0."""
    if answer.code != _UNTRUSTED:
        return 0
    # The name is compared by libcurl itself, after a chain that is fine.
    return answer.verify_code or _WRONG_HOST

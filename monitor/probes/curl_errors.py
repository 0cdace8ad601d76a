"""What libcurl's error codes mean: one literal table, total over the codes that exist."""

from collections.abc import Mapping

from monitor.model.observation import FailureKind, Stage
from monitor.probes.os_errors import RESET_ERRNOS, connect_kind
from monitor.probes.recording import TIMEOUT_KINDS

OK = 0
COULDNT_CONNECT = 7
TIMED_OUT = 28
RECEIVE_FAILED = 56

# Codes that a handshake with Python's ssl can tell more about.
TLS_CODES = frozenset({35, 56, 60})

_ours = FailureKind.PROBE_BUG

CURL_KINDS: Mapping[int, FailureKind] = {
    1: FailureKind.RESPONSE_MALFORMED,  # Not HTTP: the scheme is checked before.
    2: FailureKind.LOCAL_RESOURCE,  # Initialisation failed.
    3: FailureKind.RESPONSE_MALFORMED,  # The target of a redirect is no URL.
    4: _ours,
    5: FailureKind.NAME_NOT_FOUND,  # Of a proxy.
    6: FailureKind.NAME_NOT_FOUND,
    7: FailureKind.CONNECT_REFUSED,  # The errno says more.
    8: FailureKind.RESPONSE_MALFORMED,
    16: FailureKind.RESPONSE_MALFORMED,  # HTTP/2 framing.
    18: FailureKind.RESPONSE_CLOSED,  # The body ended early.
    22: FailureKind.STATUS_UNEXPECTED,
    23: _ours,
    26: _ours,
    27: FailureKind.LOCAL_RESOURCE,
    28: FailureKind.RESPONSE_TIMEOUT,  # The stage says more.
    33: FailureKind.RESPONSE_MALFORMED,
    34: _ours,
    35: FailureKind.TLS_HANDSHAKE,
    36: FailureKind.RESPONSE_MALFORMED,
    41: _ours,
    42: _ours,
    43: _ours,
    44: _ours,
    45: FailureKind.LOCAL_RESOURCE,  # No local address or interface.
    47: FailureKind.TOO_MANY_REDIRECTS,
    48: _ours,
    52: FailureKind.RESPONSE_CLOSED,  # Nothing came.
    53: FailureKind.LOCAL_RESOURCE,
    54: FailureKind.LOCAL_RESOURCE,
    55: FailureKind.RESPONSE_RESET,
    56: FailureKind.RESPONSE_MALFORMED,  # The errno says whether it was a reset.
    57: _ours,
    58: FailureKind.LOCAL_RESOURCE,  # Our own client certificate cannot be used.
    59: FailureKind.TLS_HANDSHAKE,
    60: FailureKind.TLS_UNTRUSTED,
    61: FailureKind.RESPONSE_MALFORMED,  # Content encoding.
    63: FailureKind.BODY_TOO_LARGE,
    64: FailureKind.TLS_HANDSHAKE,
    65: _ours,
    66: FailureKind.LOCAL_RESOURCE,
    67: FailureKind.LOGIN_REJECTED,
    77: FailureKind.LOCAL_RESOURCE,  # Our CA file cannot be read.
    80: FailureKind.TLS_HANDSHAKE,
    81: _ours,
    82: FailureKind.LOCAL_RESOURCE,
    83: FailureKind.TLS_UNTRUSTED,
    88: _ours,
    89: FailureKind.LOCAL_RESOURCE,
    90: FailureKind.TLS_PINNED_KEY,
    91: FailureKind.TLS_UNTRUSTED,
    92: FailureKind.RESPONSE_MALFORMED,  # HTTP/2 stream.
    93: _ours,
    94: FailureKind.LOGIN_REJECTED,
    95: FailureKind.RESPONSE_MALFORMED,  # HTTP/3.
    96: FailureKind.TLS_HANDSHAKE,  # QUIC.
    97: FailureKind.CONNECT_REFUSED,  # A proxy.
    98: FailureKind.TLS_CLIENT_CERTIFICATE,
    99: FailureKind.LOCAL_RESOURCE,
    100: FailureKind.RESPONSE_MALFORMED,  # A header line is too long.
    101: FailureKind.TLS_HANDSHAKE,
}

# FTP, LDAP, TELNET, TFTP, SSH, RTSP and mail: a probe never speaks them.
OTHER_PROTOCOLS = frozenset(
    {9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 24, 25, 29, 30, 31, 32, 37, 38, 39, 40, 46, 49}
    | {62, 68, 69, 70, 71, 72, 73, 74, 75, 76, 78, 79, 84, 85, 86, 87}
)


def curl_kind(code: int, *, stage: Stage, os_errno: int, encrypted: bool) -> FailureKind:
    """Return the kind of an error *code*, refined by the stage and the errno beside it."""
    if code == TIMED_OUT:
        return TIMEOUT_KINDS[stage]
    if code == COULDNT_CONNECT:
        return connect_kind(os_errno)
    if os_errno in RESET_ERRNOS:
        return FailureKind.RESPONSE_RESET
    if code == RECEIVE_FAILED and encrypted:
        # Through TLS no errno is left to see; the peer ended the connection.
        return FailureKind.RESPONSE_CLOSED
    return CURL_KINDS.get(code, _ours)

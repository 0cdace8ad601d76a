"""Errors of the operating system, by errno, as kinds of failure."""

import errno
import socket

from monitor.model.observation import FailureKind

CONNECT_KINDS = {
    errno.ECONNREFUSED: FailureKind.CONNECT_REFUSED,
    errno.ENOENT: FailureKind.CONNECT_REFUSED,
    errno.ETIMEDOUT: FailureKind.CONNECT_TIMEOUT,
    errno.EHOSTUNREACH: FailureKind.CONNECT_UNREACHABLE,
    errno.EHOSTDOWN: FailureKind.CONNECT_UNREACHABLE,
    errno.ENETUNREACH: FailureKind.CONNECT_UNREACHABLE,
    errno.ENETDOWN: FailureKind.CONNECT_UNREACHABLE,
    errno.ECONNRESET: FailureKind.CONNECT_RESET,
    errno.ECONNABORTED: FailureKind.CONNECT_RESET,
    errno.EPIPE: FailureKind.CONNECT_RESET,
}

# What runs out, or is forbidden, on the monitor's own machine says nothing of the target. EPERM
# and EACCES are what a connect gets from a local output rule.
LOCAL_ERRNOS = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.EADDRNOTAVAIL,
        errno.EADDRINUSE,
        errno.EPERM,
        errno.EACCES,
        errno.EAFNOSUPPORT,
    }
)

RESET_ERRNOS = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})


def connect_kind(number: int | None) -> FailureKind:
    """Return what an errno of a connect means; one that is unknown is a failed route."""
    if number in LOCAL_ERRNOS:
        return FailureKind.LOCAL_RESOURCE
    return CONNECT_KINDS.get(number or 0, FailureKind.CONNECT_UNREACHABLE)


def errno_name(number: int) -> str:
    """Return the symbolic name, such as `ECONNREFUSED`."""
    return errno.errorcode.get(number, str(number))


def local_errno() -> int:
    """Return the errno with which this machine refuses a socket right now, or 0."""
    try:
        socket.socket().close()
    except OSError as error:
        return error.errno or 0
    return 0

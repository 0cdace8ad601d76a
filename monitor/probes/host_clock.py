"""What the kernel knows of its own clock: how far it is off, and whether it is kept right."""

import ctypes
import sys
from ctypes import c_int, c_long

_UNSYNCHRONISED = 0x40
_IN_NANOSECONDS = 0x2000


class _Timex(ctypes.Structure):
    """The kernel's `struct timex`; only what stands before the padding is named."""

    _fields_ = (
        ("modes", c_int),
        ("offset", c_long),
        ("frequency", c_long),
        ("most_error", c_long),
        ("estimated_error", c_long),
        ("status", c_int),
        ("rest", c_long * 32),
    )


def kernel_clock() -> tuple[float, bool] | None:
    """Return the offset in seconds and whether the clock is synchronised; None where unknown."""
    if sys.platform != "linux":
        return None
    clock = _Timex()
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(clock)) < 0:
        return None
    unit = 1e-9 if clock.status & _IN_NANOSECONDS else 1e-6
    return clock.offset * unit, not clock.status & _UNSYNCHRONISED

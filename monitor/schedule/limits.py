"""File descriptors: as many as the system allows, and fewer probes at once than that."""

import resource

RESERVED = 256
"""Descriptors kept for the store, the listeners and their clients, logs and webhooks."""

PER_PROBE = 2
"""A probe holds a connection, and for a moment that of its diagnosing handshake."""

FEWEST = 8


def raise_descriptor_limit() -> int:
    """Raise the soft limit to the hard one and return how many descriptors there are now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def default_max_in_flight(descriptors: int) -> int:
    """Return how many probes may be in flight at once with so many descriptors."""
    return max(FEWEST, (descriptors - RESERVED) // PER_PROBE)

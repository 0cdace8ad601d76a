"""What may go wrong with the demo, each in words for the person at the terminal."""


class DemoError(Exception):
    """The demo could not do what was asked; the text says why and what to do."""


class UnknownFaultError(DemoError):
    """There is no fault of that name."""


class DemoNotRunningError(DemoError):
    """No demo runs on this data directory."""


class FaultStateError(DemoError):
    """The fault is on already, or was not on."""


class MonitorUnreachableError(DemoError):
    """The monitor's operations API did not take what it was told."""


class UsageError(DemoError):
    """A setting makes no sense, a port is taken, or the demo runs already."""

"""Who gives a command."""

import getpass


def person(named: str | None) -> str:
    """Return the name that was given, or else the login name."""
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return "operator"

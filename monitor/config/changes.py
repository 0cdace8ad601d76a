"""What a reload changes: checks that were added, changed or removed; and what it cannot change."""

from dataclasses import dataclass, replace

from monitor.model.configuration import Configuration, Listeners


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChanges:
    """Names of checks, in the order of the configuration they stand in."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def check_changes(old: Configuration, new: Configuration) -> CheckChanges:
    """Compare by equality: a check that merely moved to another file or line is unchanged."""
    before = {each.name: each for each in old.checks}
    after = {each.name: each for each in new.checks}
    return CheckChanges(
        added=tuple(name for name in after if name not in before),
        changed=tuple(name for name in after if name in before and after[name] != before[name]),
        removed=tuple(name for name in before if name not in after),
    )


def until_restart(running: Configuration, read: Configuration) -> tuple[Configuration, list[str]]:
    """Return *read* with what only a start takes over left as it is, and the keys that differ."""
    waiting = {
        "listeners": not _is_met(read.listeners, running.listeners),
        "store": read.store != running.store,
        "limits": read.max_in_flight != running.max_in_flight,
    }
    taken = replace(
        read,
        listeners=running.listeners,
        store=running.store,
        max_in_flight=running.max_in_flight,
    )
    return taken, [key for key, differs in waiting.items() if differs]


def _is_met(wanted: Listeners, bound: Listeners) -> bool:
    """Whether what is bound is what is wanted; port 0 is content with any."""
    return bound == replace(
        wanted,
        public_port=wanted.public_port or bound.public_port,
        operations_port=wanted.operations_port or bound.operations_port,
    )

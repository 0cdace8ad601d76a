"""What a reload changes: checks that were added, changed or removed."""

from dataclasses import dataclass

from monitor.model.configuration import Configuration


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

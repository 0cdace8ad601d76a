"""What a probe remembers of a check is bounded, and forgotten when the check changes."""

from dataclasses import replace

from monitor.model.check import Check
from monitor.probes.memory import Memory

CHECK = Check(name="a", type="host", component="x", spec=("rates", 1))


def _names() -> list[str]:
    return []


def test_a_check_finds_what_it_kept() -> None:
    memory = Memory()
    memory.of(CHECK, _names).append("x")

    assert memory.of(CHECK, _names) == ["x"]
    assert memory.of(replace(CHECK, name="b"), _names) == []


def test_a_reload_that_changes_nothing_forgets_nothing() -> None:
    memory = Memory()
    memory.of(CHECK, _names).append("x")

    assert memory.of(replace(CHECK, spec=("rates", 1), interval_seconds=9), _names) == ["x"]
    assert memory.of(replace(CHECK, spec=("rates", 2)), _names) == []


def test_the_checks_that_were_longest_unused_are_forgotten() -> None:
    memory = Memory(most=2)
    first, second, third = (replace(CHECK, name=name) for name in "abc")
    for each in (first, second, first, third):
        memory.of(each, _names).append(each.name)

    assert memory.of(first, _names) == ["a", "a"]
    assert memory.of(second, _names) == []


class Session:
    """Something that is held open."""

    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def test_what_a_removed_check_held_open_is_closed() -> None:
    memory = Memory()
    stays, goes = (memory.of(replace(CHECK, name=name), Session) for name in "ab")

    memory.keep(frozenset({"a"}))

    assert (stays.is_open, goes.is_open) == (True, False)

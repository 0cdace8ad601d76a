"""Sorts the contents of all files into single sections and named entries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.config.place import Place
from monitor.config.problem import Problem
from monitor.config.reader import Reader
from monitor.config.suggestions import suggestion

SINGLE = frozenset(
    {
        "platform",
        "defaults",
        "recovery",
        "maintenance",
        "notices",
        "uptime",
        "listeners",
        "store",
        "limits",
        "publish",
        "reload",
        "report_deadlines",
    }
)
NAMED = frozenset({"services", "components", "checks", "receivers", "calendar"})
ROOT_KEYS = SINGLE | NAMED | {"include"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Outline:
    """Where everything stands: *single* sections by key, *named* entries by collection and name."""

    top: Place
    single: dict[str, Place]
    named: dict[str, dict[str, Place]]


def outline(tops: list[Place], reader: Reader) -> Outline:
    """Sort what the files hold; the first file may hold everything, the others named entries."""
    result = Outline(tops[0], {}, {key: {} for key in NAMED})
    for top in tops:
        known = ROOT_KEYS if top is tops[0] else NAMED
        reader.problems += [problem for each in _sections(top, known, result) for problem in each]
    return result


def _sections(top: Place, known: frozenset[str], result: Outline) -> Iterable[list[Problem]]:
    seen: dict[str, int] = {}
    for each in top.children():
        key = str(each.part)
        if key in seen:
            yield [each.problem(f"duplicate key; it stands in line {seen[key]} already")]
        elif key not in known:
            yield [each.problem(_refusal(key, known))]
        elif key in NAMED:
            yield _entries(each, result.named[key])
        elif key in SINGLE:
            result.single[key] = each
        seen.setdefault(key, each.line)


def _refusal(key: str, known: frozenset[str]) -> str:
    if key in ROOT_KEYS:
        return f"an included file holds only {', '.join(sorted(known))}"
    return f"unknown key{suggestion(key, known)}"


def _entries(section: Place, names: dict[str, Place]) -> list[Problem]:
    problems = []
    if not section.is_mapping and not section.is_empty:
        problems.append(section.problem("expected a mapping of names"))
    for each in section.children() if section.is_mapping else ():
        name = str(each.part)
        if name in names:
            known = names[name].source
            problems.append(each.problem(f"duplicate name; it is defined at {known} already"))
            continue
        if not _NAME.fullmatch(name):
            problems.append(each.problem("expected a name of letters, digits, '.', '_' and '-'"))
        names[name] = each
    return problems

"""Notices are previewed in every language, and their templates are checked."""

import pytest

from monitor.model.notice import NoticeKind
from tests.cli.conftest import Run


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_preview_reads_in_every_language(kind: NoticeKind, run: Run) -> None:
    ran = run("notices", "preview", kind.value)

    assert ran.code == 0
    assert "[zh-CN] " in ran.out
    assert "[en] " in ran.out


def test_a_preview_may_be_of_one_language_and_the_fewest_facts(run: Run) -> None:
    arguments = ("notices", "preview", "recovery", "--locale", "en", "--json")

    full, minimal = run(*arguments), run(*arguments, "--minimal")

    assert list(full.json) == list(minimal.json) == ["en"]
    assert len(minimal.json["en"]["text"]) < len(full.json["en"]["text"])


@pytest.mark.parametrize("command", [["preview", "recovery"], ["lint"]], ids=lambda each: each[0])
def test_a_language_without_templates_is_bad_usage(command: list[str], run: Run) -> None:
    ran = run("notices", *command, "--locale", "fr")

    assert ran.code == 2
    assert "no templates in 'fr'; there are: en, zh-CN" in ran.err


def test_the_templates_that_ship_are_without_fault(run: Run) -> None:
    assert run("notices", "lint", "--json").json == []
    assert run("notices", "lint").out == "every template says what it must\n"

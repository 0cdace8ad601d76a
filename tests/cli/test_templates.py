"""Notices are previewed in every language, and their templates are checked."""

import json
from pathlib import Path

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


def test_a_preview_reads_as_the_support_desk_gets_it(run: Run) -> None:
    ran = run("notices", "preview", "disruption", "--audience", "support", "--locale", "zh-CN")

    assert ran.out.startswith("[zh-CN] 【客服口径】")
    assert "问：什么时候能恢复？" in ran.out


def test_lint_checks_the_operators_folder_and_that_of_the_running_monitor(
    run: Run, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    (own / "en" / "update").mkdir(parents=True)
    (own / "en" / "update" / "body.txt").write_text("We guarantee it.", encoding="utf-8")
    note = {"templates": str(own)}
    (tmp_path / "monitor.json").write_text(json.dumps(note), encoding="utf-8")

    named = run("notices", "lint", "--templates", str(own), "--json")
    running = run("notices", "lint", "--data-dir", str(tmp_path), "--json")
    nowhere = run("notices", "lint", "--templates", str(tmp_path / "none"))

    problems = [each["problem"] for each in named.json if each["kind"] == "update"]
    assert (named.code, running.code, nowhere.code) == (1, 1, 2)
    assert "contains an absolute promise" in problems
    assert "lacks the contact" in problems
    assert running.json == named.json

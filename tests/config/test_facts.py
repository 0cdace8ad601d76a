"""The facts of a rule are read as strictly as a configuration."""

from pathlib import Path

import pytest

from monitor.config import ConfigError
from monitor.config.facts import EXPECTED, load_facts

GOOD = """\
rule: {zh-CN: 《示例通知》, en: Example Notice}
change: {zh-CN: 单日限额为五千元, en: the daily limit is 5000 yuan}
effective_from: 2026-01-10
act_before: 2026-01-09T18:00+08:00
scope: {zh-CN: 全体用户, en: all users}
"""


def test_facts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    path.write_text(GOOD, encoding="utf-8")

    facts = load_facts(path, {})

    assert facts.rule == {"zh-CN": "《示例通知》", "en": "Example Notice"}
    assert (facts.effective_from, facts.act_before) == ("2026-01-10", "2026-01-09T18:00+08:00")
    assert facts.existing == {}


def test_every_mistake_is_told_with_its_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    path.write_text(
        "rule: {en: A}\nexchange: {en: B}\nscope: [all]\neffective_from: soon\n"
        "action: {en: '${X}'}\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as error:
        load_facts(path, {})

    assert [str(each) for each in error.value.problems] == [
        f"{path}:1: change: required key is missing",
        f"{path}:2: exchange: unknown key; did you mean 'change'?",
        f"{path}:3: scope: expected a mapping, got a list",
        f"{path}:4: effective_from: {EXPECTED}",
        f"{path}:5: action.en: environment variable X is not set",
    ]


def test_a_file_that_is_no_mapping_or_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "facts.yml"
    with pytest.raises(ConfigError, match="cannot be read"):
        load_facts(path, {})
    path.write_text("- rule\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="expected a mapping"):
        load_facts(path, {})

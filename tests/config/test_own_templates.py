"""The folder of the operator's own templates adds its languages to those that are known."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, load


def read(folder: Path, templates: str) -> tuple[str, ...]:
    path = folder / "monitor.yml"
    path.write_text(
        "platform: {name: {en: A, fr: B}, locales: [en, fr], default_locale: en}\n"
        f"notices: {{templates: '{templates}'}}\n",
        encoding="utf-8",
    )
    loaded = load(path, probe_specs={}, channel_specs={}, environment={}, locales=("en", "zh-CN"))
    assert loaded.notices.templates_dir == templates
    return loaded.platform.locales


def test_a_language_with_a_folder_may_be_promised(tmp_path: Path) -> None:
    (tmp_path / "own" / "fr").mkdir(parents=True)

    assert read(tmp_path, str(tmp_path / "own")) == ("en", "fr")


@pytest.mark.parametrize(
    ("templates", "problem"),
    [
        ("", "unknown locale"),
        ("/nowhere/at/all", "a folder of templates"),
        ("n" * 300, "notices.templates: cannot be looked at: File name too long"),
    ],
    ids=["none", "of a folder that is not there", "of one that cannot be looked at"],
)
def test_without_it_the_language_is_unknown(tmp_path: Path, templates: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path, templates)

"""Every mistake is told with its file, line and key, all at once, and no secret with them."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, load
from tests.config.specs import load_with

FOLDER = Path(__file__).parent / "testdata" / "bad"
EXPECT = "# expect "
PLATFORM = "platform: {name: {zh-CN: 甲, en: A}}\n"
SECRETS = ("hunter2-hunter2", "kept-in-a-file", "from-outside")


def _expected(path: Path) -> list[str]:
    """Read the messages that the file itself announces, as `# expect LINE: KEY: MESSAGE`."""
    lines = path.read_text(encoding="utf-8").split("\n")
    told = [each.removeprefix(EXPECT) for each in lines if each.startswith(EXPECT)]
    return [f"{path.name}:{each}" if each[0].isdigit() else each for each in told]


def _problems(path: Path, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load_with(path, **environment)
    assert str(error.value) == "\n".join(map(str, error.value.problems))
    return [str(each) for each in error.value.problems]


@pytest.mark.parametrize("name", sorted(each.name for each in FOLDER.glob("*.yml")))
def test_a_mistake_is_told_exactly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    expected = _expected(Path(name))

    assert expected
    assert _problems(Path(name)) == expected


def test_the_files_of_mistakes_are_there() -> None:
    assert len(list(FOLDER.glob("*.yml"))) >= 25


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yml"

    assert _problems(path) == [f"{path}:1: cannot be read: No such file or directory"]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path, secret = tmp_path / "monitor.yml", tmp_path / "secret"
    secret.write_bytes(b"gr\xfc\xdfe")
    path.write_text(f"{PLATFORM}include: [secret]\nstore: {{url: 'file:secret'}}\n")

    assert _problems(path) == [
        f"{path}:3: store.url: {secret} is not text in UTF-8",
        f"{secret}:1: expected text in UTF-8",
    ]


@pytest.mark.parametrize("key", ["include", "limits"])
def test_a_file_that_is_nested_too_deeply_is_told(tmp_path: Path, key: str) -> None:
    path = tmp_path / "monitor.yml"
    path.write_text(f"{PLATFORM}{key}: {'[' * 900}{']' * 900}\n")

    assert _problems(path) == [f"{path}:1: nested too deeply"]


def test_a_variable_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yml"
    path.write_text(PLATFORM + "store: {url: '${RAW}'}\n")

    told = "store.url: environment variable RAW is not text in UTF-8"
    assert _problems(path, RAW="gr\udcfc") == [f"{path}:2: {told}"]


def test_a_secret_never_appears_in_a_message(tmp_path: Path) -> None:
    """Specs raise errors that quote what they were given: as text, from a file, or from outside."""
    path = tmp_path / "monitor.yml"
    (tmp_path / "secret").write_text("kept-in-a-file\n")
    path.write_text(
        PLATFORM + "components: {web: {kind: server}}\n"
        "receivers:\n"
        "  plain: {type: hook, url: a, secret: [hunter2-hunter2]}\n"
        "  short: {type: hook, url: a, secret: hunter2}\n"
        "checks:\n"
        "  one: {type: page, component: web, url: 'file:secret'}\n"
        "  two: {type: page, component: web, url: '${TOKEN}'}\n"
        "  three: {type: page, component: web, url: 'x', password: [hunter2-hunter2]}\n"
    )

    problems = _problems(path, TOKEN="from-outside")

    assert not any(secret in each for each in problems for secret in (*SECRETS, "hunter2"))
    assert problems == [
        f"{path}:4: receivers.plain.secret: expected text, got a list",
        f"{path}:5: receivers.short.secret: '***' is too short for a secret",
        f"{path}:7: checks.one.url: no scheme in ***",
        f"{path}:8: checks.two.url: no scheme in ***",
        f"{path}:9: checks.three.url: no scheme in x",
        f"{path}:9: checks.three.password: expected text, got a list",
    ]


def test_a_language_that_does_not_exist_is_told_without_a_list_of_templates(
    tmp_path: Path,
) -> None:
    path = tmp_path / "monitor.yml"
    path.write_text("platform: {name: {xx: A, fr: A}, locales: [xx, fr], default_locale: fr}\n")

    with pytest.raises(ConfigError) as error:
        load(path, probe_specs={}, channel_specs={}, environment={})

    told = 'platform.locales[0]: unknown locale; expected a tag such as "zh-CN" or "en"'
    assert str(error.value) == f"{path}:1: {told}"

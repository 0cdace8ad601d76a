"""What stands in a file is read as it was meant: variables, merge keys, names and patterns."""

from pathlib import Path

import pytest

from monitor.model.configuration import StoreConfig
from tests.config.specs import SocketSpec, load_with

PLATFORM = "platform: {name: {zh-CN: 甲, en: A}}\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "monitor.yml"
    path.write_text(PLATFORM + text, encoding="utf-8")
    return path


def test_what_merge_keys_and_anchors_share_is_inherited(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "components: {web: {kind: server}}\n"
        "checks:\n"
        "  a: &a {type: socket, component: web, host: '${HOST}', port: '${PORT:-1}'}\n"
        "  b: {<<: *a, host: b}\n"
        "  c: {<<: [*a, {interval: 60s}], port: 3}\n",
    )

    specs = {each.name: each.spec for each in load_with(path).checks}

    assert specs == {
        "a": SocketSpec(host="127.0.0.3", port=8081),
        "b": SocketSpec(host="b", port=8081),
        "c": SocketSpec(host="127.0.0.3", port=3),
    }


def test_a_variable_is_text_unless_a_number_or_a_switch_is_expected(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "components: {web: {kind: server}}\n"
        "checks:\n"
        "  a: {type: socket, component: web, interval: '${LONG}', host: $PORT, port: 1}\n"
        "store: {data_dir: '${PORT}', url: '$${PORT}', keep: '${KEEP}'}\n",
    )

    configuration = load_with(path, KEEP="172800", LONG="2m")

    assert configuration.store == StoreConfig(data_dir="8081", url="${PORT}", keep_days=2)
    assert configuration.checks[0].interval_seconds == 120
    assert configuration.checks[0].spec == SocketSpec(host="$PORT", port=1)


def test_an_empty_variable_takes_the_default_and_a_set_one_wins(tmp_path: Path) -> None:
    path = _write(tmp_path, "store: {data_dir: '${EMPTY:-here}', url: '${PORT:-there}${EMPTY}'}\n")

    assert load_with(path).store == StoreConfig(data_dir="here", url="8081")


@pytest.mark.parametrize(
    ("text", "data_dir"), [("", "elsewhere"), ("store: {data_dir: here}\n", "here")]
)
def test_state_lives_where_the_command_line_looks_unless_the_file_says_otherwise(
    text: str, data_dir: str, tmp_path: Path
) -> None:
    configuration = load_with(_write(tmp_path, text), DATA_DIR="elsewhere")

    assert configuration.store.data_dir == data_dir


def test_a_key_is_the_text_that_was_written(tmp_path: Path) -> None:
    """YAML 1.1 would read `no:` and `on:` as switches."""
    path = _write(
        tmp_path, "components: {no: {kind: server}, on: {kind: network}, 17: {kind: server}}\n"
    )

    assert [each.name for each in load_with(path).components] == ["no", "on", "17"]


def test_a_pattern_does_not_include_the_file_it_stands_in_and_no_file_twice(
    tmp_path: Path,
) -> None:
    path = _write(tmp_path, 'include: ["*.yml", "other.yml"]\n')
    (tmp_path / "other.yml").write_text("components: {web: {kind: server}}\n")

    assert [each.name for each in load_with(path).components] == ["web"]

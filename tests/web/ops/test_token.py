"""Proves that the token is made once, for its owner's eyes only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.web.ops.token import ensure_token


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_token_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "var"

    first, second = ensure_token(folder), ensure_token(folder)

    assert first == second == (folder / "token").read_text().strip()
    assert len(first) >= 32
    assert mode_of(folder / "token") == 0o600
    assert [each.name for each in folder.iterdir()] == ["token"]


def test_a_token_of_the_operator_is_taken_and_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-of-my-own-choice\n")
    (tmp_path / "token").chmod(0o644)

    assert ensure_token(tmp_path) == "a-token-of-my-own-choice"
    assert mode_of(tmp_path / "token") == 0o600


@pytest.mark.parametrize("rest", [b"", b"short", b"\xff\xfe binary"], ids=str)
def test_a_file_that_a_crash_left_unusable_is_replaced(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "token").write_bytes(rest)

    token = ensure_token(tmp_path)

    assert len(token) >= 32
    assert ensure_token(tmp_path) == token
    assert mode_of(tmp_path / "token") == 0o600


def test_starts_at_the_same_moment_agree_on_one_token(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        tokens = set(pool.map(lambda _: ensure_token(tmp_path), range(40)))

    assert len(tokens) == 1

"""A monitor is found through DATA_DIR, and whoever cannot ask it is told why and exits with 2."""

import json
from pathlib import Path

import pytest

from tests.cli.api import TOKEN, Api, Refusal
from tests.cli.conftest import Run
from tests.support.programs import free_port


def test_no_monitor_was_ever_started(run: Run, tmp_path: Path) -> None:
    ran = run("incidents", "list", "--json")

    assert (ran.code, ran.out) == (2, "")
    assert f"no monitor has been started with DATA_DIR={tmp_path}" in ran.err
    assert "monitor run -c FILE" in ran.err


def test_a_monitor_that_is_gone_is_named_with_its_url(run: Run, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    (tmp_path / "monitor.json").write_text(json.dumps({"operations_url": url}))

    ran = run("status")

    assert ran.code == 2
    assert (
        f"no monitor answers at {url} (from {tmp_path / 'monitor.json'}): ConnectError" in ran.err
    )


def test_what_is_no_url_is_told(run: Run) -> None:
    ran = run("status", "--url", "http://::1:9464")

    assert ran.code == 2
    assert "http://::1:9464 (from --url) is no URL" in ran.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"operations_url"'])
def test_a_broken_record_is_told(text: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "monitor.json").write_text(text)

    ran = run("status")

    assert ran.code == 2
    assert "monitor.json cannot be used" in ran.err


def test_url_and_token_file_win_over_the_data_dir(run: Run, api: Api, tmp_path: Path) -> None:
    api.answers["POST", "/maintenance/win_1/cancel"] = {"id": "win_1"}
    elsewhere, token = tmp_path / "empty", tmp_path / "other-token"
    elsewhere.mkdir()
    token.write_text(TOKEN)

    ran = run(
        "maintenance", "cancel", "win_1", "--json",
        "--data-dir", str(elsewhere), "--url", f"{api.url}/", "--token-file", str(token),
    )  # fmt: skip

    assert (ran.code, ran.json) == (0, {"id": "win_1"})


def test_a_change_without_a_token_is_not_even_asked(run: Run, api: Api, tmp_path: Path) -> None:
    (tmp_path / "token").unlink()

    ran = run("maintenance", "cancel", "win_1")

    assert ran.code == 2
    assert f"{tmp_path / 'token'} holds no token" in ran.err
    assert api.asked == []


def test_reading_needs_no_token(run: Run, api: Api, tmp_path: Path) -> None:
    (tmp_path / "token").unlink()
    api.answers["GET", "/notices"] = []

    assert run("notices", "list", "--json").json == []


def test_a_token_that_cannot_be_read_is_told(run: Run, api: Api, tmp_path: Path) -> None:
    (tmp_path / "token").unlink()
    (tmp_path / "token").mkdir()

    ran = run("maintenance", "cancel", "win_1")

    assert ran.code == 2
    assert "token cannot be read: IsADirectoryError" in ran.err


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Refusal(401, "unauthorized", "the token is wrong"), "401: the token is wrong"),
        (Refusal(404, "not_found", "no incident inc_1"), "404: no incident inc_1"),
        (Refusal(409, "conflict", "it is resolved"), "409: it is resolved"),
        (Refusal(503, "unavailable", "the store is away"), "503: the store is away"),
    ],
    ids=lambda each: each.code if isinstance(each, Refusal) else None,
)
def test_what_the_monitor_refuses_is_told_in_its_words(
    refusal: Refusal, told: str, run: Run, api: Api
) -> None:
    api.answers["POST", "/incidents/inc_1/ack"] = refusal

    ran = run("incidents", "ack", "inc_1", "--json")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"monitor: the monitor answered {told}\n"


def test_a_proxy_in_the_environment_is_not_asked(run: Run, api: Api) -> None:
    api.answers["GET", "/changes"] = []
    proxy = f"http://127.0.0.1:{free_port()}"

    assert run("change", "list", "--json", http_proxy=proxy, ALL_PROXY=proxy).json == []

"""`validate`, `schema`, `run`, `probe` and `diagnose` answer people, programs and exit codes."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.config import schema
from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.codec import to_json
from monitor.model.configuration import Configuration
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import Signal, SignalKind
from tests.cli.conftest import Run
from tests.config.specs import CHANNELS, PROBES, load_with

CONFIGURATION = """\
platform: {name: {zh-CN: 甲, en: A}}
components: {web: {kind: server}}
checks:
  web-page: {type: page, component: web, url: "http://127.0.0.1/", timeout: 20s}
"""
FAILED = Observation(
    check="web-page",
    component="web",
    type="page",
    location="default",
    scheduled_at=datetime(2026, 1, 10, tzinfo=UTC),
    started_at=datetime(2026, 1, 10, tzinfo=UTC),
    duration_seconds=0.0125,
    outcome=Outcome.FAILED,
    stage=Stage.PROTOCOL,
    phases={Phase.CONNECT: 0.002, Phase.WAIT: 0.01},
    failure=Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL, detail="got 502"),
    signals=(Signal(SignalKind.HTTP_STATUS, 502),),
)
FINE = Observation(
    check="web-page",
    component="web",
    type="page",
    location="default",
    scheduled_at=FAILED.scheduled_at,
    started_at=FAILED.started_at,
    duration_seconds=0.01,
    outcome=Outcome.DEGRADED,
    stage=Stage.SEMANTIC,
)
ILL = {
    "component": "web",
    "status": "major_outage",
    "cause": "application_fault",
    "subcause": "",
    "confidence": 0.85,
    "evidence": [{"check": "web-page", "signal": "http_status", "value": 502, "against": False}],
}
WELL: dict[str, Any] = {"component": "api", "status": "operational", "cause": None, "evidence": []}


@dataclass
class House:
    """An application that loads for real and answers the rest from a script."""

    observation: Observation = FINE
    diagnoses: tuple[dict[str, Any], ...] = ()
    code: int = 0
    seconds: float = 0.0

    def run(self, config_path: Path) -> int:
        self.load_configuration(config_path)
        return self.code

    def load_configuration(self, config_path: Path) -> Configuration:
        return load_with(config_path)

    def configuration_schema(self) -> dict[str, Any]:
        return schema(PROBES, CHANNELS)

    async def probe_once(self, config_path: Path, name: str) -> Observation:
        return self.observation

    async def diagnose_for(self, config_path: Path, seconds: float) -> list[dict[str, Any]]:
        self.seconds = seconds
        return list(self.diagnoses)


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "monitor.yml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.yml"
    path.write_text(CONFIGURATION.replace("timeout", "time_out") + "x: 1\n", encoding="utf-8")
    return str(path)


def test_a_good_file_is_valid_and_its_warnings_are_shown(run: Run, good: str) -> None:
    ran = run("validate", "-c", good, application=House())

    assert ran.code == 0
    warning, verdict = ran.out.splitlines()
    assert warning.startswith(f"warning: {good}:4: checks.web-page.timeout: retry is switched off")
    assert verdict == f"{good} is valid: 0 services, 1 components, 1 checks, 0 receivers"


def test_a_good_file_is_valid_as_json(run: Run, good: str) -> None:
    ran = run("validate", "-c", good, "--json", application=House())

    assert (ran.code, ran.json["valid"], ran.json["problems"]) == (0, True, [])
    assert len(ran.json["warnings"]) == 1


def test_a_bad_file_exits_2_with_every_problem(run: Run, bad: str) -> None:
    ran = run("validate", "-c", bad, application=House())

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"monitor: {bad} cannot be used",
        f"{bad}:4: checks.web-page.time_out: unknown key; did you mean 'timeout'?",
        ran.err.splitlines()[2],
    ]
    assert ran.err.splitlines()[2].startswith(f"{bad}:5: x: unknown key")


def test_a_bad_file_exits_2_as_json(run: Run, bad: str) -> None:
    ran = run("validate", "-c", bad, "--json", application=House())

    assert (ran.code, ran.err, ran.json["valid"]) == (2, "", False)
    first = ran.json["problems"][0]
    assert (first["file"], first["line"], first["key"]) == (bad, 4, "checks.web-page.time_out")


@pytest.mark.parametrize(
    "command", [["run"], ["probe", "web-page"], ["diagnose"]], ids=lambda each: each[0]
)
def test_nothing_starts_with_a_bad_file(command: list[str], run: Run, bad: str) -> None:
    ran = run(*command, "-c", bad, application=House())

    assert (ran.code, ran.out) == (2, "")
    assert f"{bad}:4: checks.web-page.time_out" in ran.err


@pytest.mark.parametrize("code", [0, 2])
def test_run_exits_as_the_monitor_does(code: int, run: Run, good: str) -> None:
    assert run("run", "-c", good, application=House(code=code)).code == code


def test_the_schema_is_json_with_or_without_a_file(run: Run, good: str) -> None:
    alone, with_file = (
        run("schema", *arguments, application=House()) for arguments in ([], ["-c", good])
    )

    assert alone.json == with_file.json
    assert "check.page" in alone.json["$defs"]


def test_a_failed_probe_shows_all_it_saw_and_exits_1(run: Run, good: str) -> None:
    ran = run("probe", "web-page", "-c", good, application=House(observation=FAILED))

    assert ran.code == 1
    rows = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert rows == [
        "check web-page (page)",
        "component web",
        "outcome failed",
        "stage reached protocol",
        "failure status_unexpected at protocol",
        "detail got 502",
        "",
        "phase ms",
        "connect 2.0",
        "wait 10.0",
        "total 12.5",
        "",
        "signal value detail",
        "http_status 502 -",
    ]


def test_a_probe_that_is_merely_slow_exits_0_and_prints_the_observation(
    run: Run, good: str
) -> None:
    ran = run("probe", "web-page", "-c", good, "--json", application=House())

    assert (ran.code, ran.json) == (0, to_json(FINE))


def test_announced_times_are_shown_in_the_zone_of_the_configuration(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "monitor.yml"
    file.write_text(CONFIGURATION.replace("platform: {", "platform: {time_zone: Asia/Kolkata, "))
    announced = Announcement(
        id="a_1",
        check="web-page",
        title="Upgrade",
        status=AnnouncementStatus.SCHEDULED,
        start=datetime(2026, 1, 10, tzinfo=UTC),
    )
    house = House(observation=replace(FINE, announcements=(announced,)))

    shown = run("probe", "web-page", "-c", str(file), application=house).out

    assert "2026-01-10 05:30:00+05:30" in shown


def test_a_check_that_does_not_exist_is_bad_usage(run: Run, good: str) -> None:
    ran = run("probe", "web-pge", "-c", good, application=House())

    assert (ran.code, ran.out) == (2, "")
    assert "no check 'web-pge'; did you mean 'web-page'?" in ran.err


def test_a_diagnosis_of_trouble_exits_1(run: Run, good: str) -> None:
    house = House(diagnoses=(ILL, WELL))

    person = run("diagnose", "-c", good, "--for", "2m", application=house)
    program = run("diagnose", "-c", good, "--json", application=house)

    assert (person.code, program.code, program.json) == (1, 1, [ILL, WELL])
    assert "web-page http_status = 502" in person.out
    assert house.seconds == 10


def test_a_diagnosis_of_health_exits_0(run: Run, good: str) -> None:
    house = House(diagnoses=(WELL,))

    assert run("diagnose", "-c", good, "--for", "1.5", application=house).code == 0
    assert house.seconds == 1.5


@pytest.mark.parametrize("arguments", [["validate"], ["probe", "-c", "x"], ["nonsense"]])
def test_bad_usage_exits_2(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)

    assert (ran.code, ran.out) == (2, "")


def test_the_json_of_a_person_with_chinese_text_stays_readable(run: Run, good: str) -> None:
    failure = Failure(kind=FailureKind.PROVIDER_ERROR, stage=Stage.BUSINESS, detail="额度不足")
    house = House(observation=Observation(**{**_fields(FAILED), "failure": failure}))

    ran = run("probe", "web-page", "-c", good, "--json", application=house)

    assert "额度不足" in ran.out
    assert json.loads(ran.out)["failure"]["kind"] == "provider_error"


def _fields(observation: Observation) -> dict[str, Any]:
    return {name: getattr(observation, name) for name in Observation.__dataclass_fields__}

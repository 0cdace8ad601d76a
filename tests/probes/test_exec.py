"""A plugin's exit status is the verdict, its figures are signals, and its time is bounded."""

import os
import sys
from pathlib import Path

import psutil
import pytest
from pydantic import ValidationError

from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.exec import ExecSpec
from monitor.probes.exec_output import parse
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.seen import kind_of
from tests.support.polling import eventually, eventually_async


def _shell(script: str) -> list[str]:
    return ["sh", "-c", script]


STATUSES: dict[str, tuple[str, Outcome, FailureKind | None]] = {
    "ok": ("echo 'OK - fine'; exit 0", Outcome.OK, None),
    "warning": ("echo 'WARNING - nearly'; exit 1", Outcome.DEGRADED, FailureKind.REPORTED),
    "critical": ("echo 'CRITICAL - gone'; exit 2", Outcome.FAILED, FailureKind.REPORTED),
    "unknown": ("echo 'UNKNOWN - no idea'; exit 3", Outcome.FAILED, FailureKind.LOCAL_RESOURCE),
    "no status of a plugin": ("exit 7", Outcome.FAILED, FailureKind.LOCAL_RESOURCE),
    "program not found": ("no-such-plugin", Outcome.FAILED, FailureKind.LOCAL_RESOURCE),
    "killed": ("kill -SEGV $$", Outcome.FAILED, FailureKind.LOCAL_RESOURCE),
}


@pytest.mark.parametrize("case", STATUSES)
async def test_the_exit_status_is_the_verdict(probe: Probe, case: str) -> None:
    script, outcome, kind = STATUSES[case]
    observation = await probe("exec", command=_shell(script))

    assert (observation.outcome, kind_of(observation)) == (outcome, kind)
    assert observation.stage is Stage.SEMANTIC
    assert observation.phases[Phase.WAIT] > 0


def _detail(observation: Observation) -> str:
    return observation.failure.detail if observation.failure else ""


async def test_the_first_line_is_the_reason_and_the_status_a_signal(probe: Probe) -> None:
    said = await probe("exec", command=_shell("echo 'DISK CRITICAL | /=9%'; echo more; exit 2"))
    complained = await probe("exec", command=_shell("echo 'no such option' >&2; exit 3"))
    ended = await probe("exec", command=_shell("kill -SEGV $$"))

    assert _detail(said) == "DISK CRITICAL"
    assert said.signal(SignalKind.EXIT_STATUS) == 2
    assert _detail(complained) == "the plugin could not tell: no such option"
    assert "SIGSEGV" in _detail(ended)


async def test_mapped_figures_are_signals_in_base_units(probe: Probe) -> None:
    script = "echo \"OK | 'open files'=25%;80;90 queue=17;;;0 time=120ms\"; exit 0"
    observation = await probe(
        "exec",
        command=_shell(script),
        signals={"fd_used_ratio": "open files", "queue_depth": "queue", "in_flight": "absent"},
    )

    assert observation.signal(SignalKind.FD_USED_RATIO) == 0.25
    assert observation.signal(SignalKind.QUEUE_DEPTH) == 17
    assert observation.signal(SignalKind.IN_FLIGHT) is None


OUTPUTS = {
    "one figure": ("OK | a=1", {"a": 1.0}),
    "no figures": ("OK - all is well", {}),
    "times": ("OK | a=1s b=20ms c=3us", {"a": 1.0, "b": 0.02, "c": 3e-6}),
    "sizes": ("OK | a=2KB b=1MB c=3B", {"a": 2048.0, "b": 1048576.0, "c": 3.0}),
    "counters and shares": ("OK | a=5c b=12.5%", {"a": 5.0, "b": 0.125}),
    "thresholds and bounds": ("OK | load1=0.5;5:10;@0:20;0;100", {"load1": 0.5}),
    "quoted labels": ("OK | 'C:\\ used'=1 'it''s'=2", {"C:\\ used": 1.0, "it's": 2.0}),
    "signs and exponents": ("OK | a=-3 b=1.5e3 c=,5", {"a": -3.0, "b": 1500.0, "c": 0.5}),
    "no value": ("OK | a=U b=2", {"b": 2.0}),
    "figures of the long text": ("OK | a=1\nlong\ntext | b=2\nc=3", {"a": 1.0, "b": 2.0, "c": 3.0}),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_performance_data_are_read_as_plugins_write_them(case: str) -> None:
    output, figures = OUTPUTS[case]

    assert dict(parse(output).figures) == pytest.approx(figures)


def test_the_text_is_the_first_line_and_bounded() -> None:
    assert parse("\n OK - fine |a=1\nmore").text == "OK - fine"
    assert parse("").text == ""
    assert len(parse("x" * 10_000).text) == 200


async def test_a_plugin_that_does_not_end_is_killed_with_its_children(
    probe: Probe, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > {pids}; echo $$ >> {pids}; trap '' TERM; wait; sleep 60"
    observation = await probe("exec", timeout=0.5, command=_shell(script))

    assert (kind_of(observation), observation.stage) == (
        FailureKind.RESPONSE_TIMEOUT,
        Stage.PROTOCOL,
    )
    assert observation.duration_seconds < LONG_SECONDS
    child, leader = map(int, pids.read_text().split())
    eventually(lambda: not _lives(child) and not _lives(leader))


def _lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_a_child_that_is_left_behind_holds_nobody_up(probe: Probe, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > {pids}; echo 'OK - started'; exit 0"
    observation = await probe("exec", command=_shell(script))

    assert observation.outcome is Outcome.OK
    assert observation.duration_seconds < LONG_SECONDS
    eventually(lambda: not _lives(int(pids.read_text())))


async def test_a_child_that_left_the_group_holds_nobody_up(probe: Probe, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"setsid sh -c 'echo $$ > {pids}; exec sleep 60' & sleep 0.05; echo OK; exit 0"
    observation = await probe("exec", command=_shell(script))

    assert observation.outcome is Outcome.OK
    assert observation.duration_seconds < LONG_SECONDS
    os.kill(int(pids.read_text()), 9)


async def test_a_plugin_that_became_another_user_is_judged_all_the_same(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What sudo starts may not be killed by whoever called it."""

    def refuse(_group: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "killpg", refuse)
    ended = await probe("exec", command=_shell("sleep 1 & echo OK; exit 0"), timeout=3)
    cut = await probe("exec", command=_shell("exec sleep 1"), timeout=0.4)

    assert ended.outcome is Outcome.OK
    assert kind_of(cut) is FailureKind.RESPONSE_TIMEOUT
    # Their ends are heard by the loop, which must still be there.
    await eventually_async(_none_sleeps)


def _none_sleeps() -> bool:
    return all(each.name() != "sleep" for each in psutil.Process().children())


async def test_endless_output_is_cut_and_ends_in_time(probe: Probe) -> None:
    finite = await probe("exec", command=_shell("yes OK | head -c 3000000; exit 0"))
    endless = await probe("exec", timeout=0.5, command=["yes"])

    assert finite.outcome is Outcome.OK
    assert kind_of(endless) is FailureKind.RESPONSE_TIMEOUT
    assert endless.duration_seconds < LONG_SECONDS


async def test_no_shell_reads_the_command(probe: Probe, tmp_path: Path) -> None:
    word = f"; touch {tmp_path}/made; $HOME *"
    observation = await probe("exec", command=["echo", word])

    (signal,) = observation.signals
    assert signal.detail == word
    assert not (tmp_path / "made").exists()


async def test_of_the_environment_only_what_is_needed_is_passed_on(
    probe: Probe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_PASSWORD", "geheim")
    script = 'echo "[$LEDGER_PASSWORD] [$TOKEN] [$(pwd)]"; test -n "$PATH"'
    observation = await probe(
        "exec", command=_shell(script), environment={"TOKEN": "t"}, directory=str(tmp_path)
    )

    assert observation.outcome is Outcome.OK
    assert observation.signals[0].detail == f"[] [t] [{tmp_path.resolve()}]"


async def test_a_program_that_cannot_be_started_is_our_own_fault(
    probe: Probe, tmp_path: Path
) -> None:
    plain = tmp_path / "plugin"
    plain.write_text("no program")
    seen = {
        "ENOENT": await probe("exec", command=[str(tmp_path / "absent")]),
        "EACCES": await probe("exec", command=[str(plain)]),
    }

    for errno, observation in seen.items():
        assert (kind_of(observation), observation.stage) == (
            FailureKind.LOCAL_RESOURCE,
            Stage.PROTOCOL,
        )
        assert observation.signal(SignalKind.ERRNO) == errno


async def test_no_descriptor_and_no_process_is_left(probe: Probe) -> None:
    async def round_of_plugins() -> None:
        for script in ("exit 0", "sleep 60", "sleep 60 & exit 2", "yes"):
            await probe("exec", timeout=0.15, command=_shell(script))

    def left() -> int:
        descriptors = len(list(Path("/proc/self/fd").iterdir()))
        return descriptors + len(psutil.Process().children())

    await round_of_plugins()
    before = left()
    await round_of_plugins()

    await eventually_async(lambda: left() <= before)


async def test_a_real_plugin_in_python_is_run(probe: Probe, tmp_path: Path) -> None:
    plugin = tmp_path / "check_answer.py"
    plugin.write_text("import sys\nprint('ANSWER OK |', f'answer={sys.argv[1]}')\n")
    observation = await probe(
        "exec", command=[sys.executable, str(plugin), "42"], signals={"measured_value": "answer"}
    )

    assert observation.signal(SignalKind.MEASURED_VALUE) == 42


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"command": []}, "command"),
        ({"command": "check_disk -w 20"}, "command"),
        ({"directory": "/nonexistent"}, "directory"),
        ({"signals": {"http_status": "a"}}, "expected one of"),
    ],
)
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ExecSpec.model_validate({"command": ["true"], **fields})

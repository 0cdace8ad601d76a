"""Nothing that a stand did to the machine outlives it, whatever becomes of the stand."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.scenarios.watchdog import Watchdog, kill_group, started_at
from tests.support.polling import eventually


def _sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], start_new_session=True)


def _is_gone(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() == -signal.SIGKILL


def test_a_recorded_process_ends_with_its_stand() -> None:
    sleeper = _sleeper()
    with Watchdog() as watchdog:
        watchdog.note("process", sleeper.pid, started_at(sleeper.pid))
        assert sleeper.poll() is None

    assert eventually(lambda: _is_gone(sleeper))


def test_a_deadline_that_passes_undoes_everything() -> None:
    sleeper = _sleeper()
    with Watchdog() as watchdog:
        watchdog.note("process", sleeper.pid, started_at(sleeper.pid))
        watchdog.arm(0.1)

        assert eventually(lambda: _is_gone(sleeper))


def test_a_deadline_that_was_taken_back_does_nothing() -> None:
    sleeper = _sleeper()
    with Watchdog() as watchdog:
        watchdog.note("process", sleeper.pid, started_at(sleeper.pid))
        watchdog.arm(0.3)
        watchdog.disarm()
        other = _sleeper()
        watchdog.note("process", other.pid, started_at(other.pid))
        assert sleeper.poll() is None

    assert eventually(lambda: _is_gone(sleeper) and _is_gone(other))


def test_a_stand_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    """The kill of the one process that knows everything is the worst that can happen."""
    program = textwrap.dedent(
        f"""
        import subprocess, time
        from pathlib import Path
        from tests.scenarios.watchdog import Watchdog, started_at

        watchdog = Watchdog()
        child = subprocess.Popen(["sleep", "60"], start_new_session=True)
        watchdog.note("process", child.pid, started_at(child.pid))
        Path({str(tmp_path / "pid")!r}).write_text(str(child.pid) + " ")
        time.sleep(60)
        """
    )
    root = Path(__file__).parents[2]
    stand = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    file = tmp_path / "pid"
    eventually(lambda: file.exists() and file.read_text().endswith(" "))
    child = int(file.read_text())

    stand.kill()
    stand.wait()

    assert eventually(lambda: started_at(child) == "" or _is_zombie(child))


def test_a_number_that_means_somebody_else_is_left_alone() -> None:
    sleeper = _sleeper()
    try:
        kill_group(sleeper.pid, "1")

        assert sleeper.poll() is None
    finally:
        os.killpg(sleeper.pid, signal.SIGKILL)
        sleeper.wait()


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

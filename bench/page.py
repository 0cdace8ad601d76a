"""The page under load: 2,000 requests a second, and how late probes are with and without them.

Run it with `python -m bench.page`; SECONDS, ROUNDS, CHECKS and RATE may be set. One monitor is
measured in turns, quiet and under load, so that whatever else the machine does falls on both; the
medians of the rounds are what counts.

wrk sends as fast as it is answered, so a script paces it: each of its connections waits after every
answer, half to one and a half times the pause with which all of them make the rate. A server that
answers late is therefore asked a little less often; the rate that was reached is printed.
"""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.__main__ import MONITOR, Watched, configuration, free_port, nginx, until

SECONDS = int(os.environ.get("SECONDS", "10"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
CHECKS = int(os.environ.get("CHECKS", "1000"))
RATE = int(os.environ.get("RATE", "2000"))
CONNECTIONS = 100
WARM_SECONDS = 5
# An answer, and waking up for the next request, take about so long of each turn.
ANSWER_MILLISECONDS = 2
PACE = """
local pause = {pause}
request = function()
  return wrk.format("GET", "/?lang=zh-CN", {{["Accept-Encoding"] = "gzip"}})
end
delay = function() return pause * (0.5 + math.random()) end
"""


def quantile(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """Return the quantile of what was added between two reads, as Prometheus interpolates it."""
    added = sorted((bound, count - before.get(bound, 0.0)) for bound, count in after.items())
    wanted = share * added[-1][1]
    low, below = 0.0, 0.0
    for bound, count in added:
        if count >= wanted:
            return low + (bound - low) * (wanted - below) / (count - below)
        low, below = bound, count
    return low


def wrk(folder: Path, url: str) -> str:
    """Visit the page at the rate for SECONDS and return what wrk reports."""
    script = folder / "pace.lua"
    script.write_text(PACE.format(pause=1000 * CONNECTIONS / RATE - ANSWER_MILLISECONDS))
    command: list[str] = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}s",
        "--latency",
        "-s",
        str(script),
        url,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@dataclass(frozen=True)
class Round:
    """A quiet and a loaded spell: p99 of lateness in seconds, and what the page did meanwhile."""

    quiet: float
    loaded: float
    per_second: float
    page_p50: float
    page_p99: float
    page_cpu: float
    refused: int

    @property
    def ratio(self) -> float:
        """How much later probes were under load."""
        return self.loaded / self.quiet


def one_round(folder: Path, watched: Watched, page: str) -> Round:
    """Measure a quiet spell, then one under load."""
    first, cpu = watched.lateness(), watched.cpu_seconds()
    time.sleep(SECONDS)
    second, cpu_quiet = watched.lateness(), watched.cpu_seconds()
    report = wrk(folder, page)
    third, cpu_loaded = watched.lateness(), watched.cpu_seconds()
    visited = re.search(r"(\d+) requests in", report)
    served = int(visited[1]) if visited else 0
    spent = (cpu_loaded - cpu_quiet) - (cpu_quiet - cpu)
    errors = re.findall(r"Non-2xx.*: (\d+)|(?:connect|read|write|timeout) (\d+)", report)
    return Round(
        quiet=quantile(first, second, 0.99),
        loaded=quantile(second, third, 0.99),
        per_second=served / SECONDS,
        page_p50=took(report, "50"),
        page_p99=took(report, "99"),
        page_cpu=spent / max(served, 1),
        refused=sum(int(each or other) for each, other in errors),
    )


def took(report: str, percent: str) -> float:
    """Return a percentile of what a page took, in seconds, out of wrk's report."""
    found = re.search(rf"^ +{percent}% +([\d.]+)(us|ms|s)$", report, re.MULTILINE)
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]] if found else float("nan")


def run(folder: Path, watched: Watched, page: str) -> None:
    """Measure the rounds and print each, and their medians."""
    time.sleep(WARM_SECONDS)
    rounds = []
    for number in range(1, ROUNDS + 1):
        each = one_round(folder, watched, page)
        rounds.append(each)
        print(
            f"round {number}: lateness p99 {1e3 * each.quiet:.2f} ms quiet, "
            f"{1e3 * each.loaded:.2f} ms at {each.per_second:.0f} requests/s, "
            f"ratio {each.ratio:.2f}",
            flush=True,
        )

    def median(figure: Callable[[Round], float]) -> float:
        return statistics.median(figure(each) for each in rounds)

    print(f"checks {CHECKS} every 10 s; {ROUNDS} rounds of {SECONDS} s quiet, {SECONDS} s loaded")
    print(f"requests                    {median(lambda each: each.per_second):.0f} per second")
    print(f"lateness of probes, quiet   p99 {1e3 * median(lambda each: each.quiet):.2f} ms")
    print(f"lateness under load         p99 {1e3 * median(lambda each: each.loaded):.2f} ms")
    print(f"ratio                       {median(lambda each: each.ratio):.2f}")
    print(f"the page                    p50 {1e3 * median(lambda each: each.page_p50):.2f} ms")
    print(f"                            p99 {1e3 * median(lambda each: each.page_p99):.2f} ms")
    print(f"cpu of a page               {1e6 * median(lambda each: each.page_cpu):.0f} us")
    print(f"refused or failed           {sum(each.refused for each in rounds)}")


def main() -> None:
    """Run the bench in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)
    (folder / "up").mkdir()
    for number in range(CHECKS):
        (folder / "up" / f"c{number:05d}").write_text("ok")
    target, public, operations = free_port(), free_port(), free_port()
    file = folder / "monitor.yml"
    file.write_text(configuration(target, public, operations, free_port(), folder))
    with nginx(folder, target), (folder / "monitor.log").open("wb") as log:
        process = subprocess.Popen([MONITOR, "run", "-c", file], stdout=log, stderr=log)
        try:
            watched = Watched(process, operations)
            until(watched.ready, 60, "the monitor")
            run(folder, watched, f"http://127.0.0.1:{public}/")
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()

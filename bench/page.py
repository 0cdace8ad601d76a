"""The page under load: 2,000 requests a second, and how late probes are with and without them.

Run it with `python -m bench.page`; SECONDS, CHECKS and RATE may be set. It prints the p99 of probe
lateness of two runs of one monitor, quiet and under load, and the p99 of the page.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.__main__ import MONITOR, Watched, configuration, free_port, nginx, until

SECONDS = int(os.environ.get("SECONDS", "20"))
CHECKS = int(os.environ.get("CHECKS", "1000"))
RATE = int(os.environ.get("RATE", "2000"))
CONNECTIONS = 100
WARM_SECONDS = 5
# Each connection waits so long between two requests that all of them together make the rate.
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
    script.write_text(PACE.format(pause=1000 * CONNECTIONS / RATE))
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


def run(folder: Path, watched: Watched, page: str) -> None:
    """Measure a quiet and a loaded spell, and print both."""
    time.sleep(WARM_SECONDS)
    first, cpu = watched.lateness(), watched.cpu_seconds()
    time.sleep(SECONDS)
    second, cpu_quiet = watched.lateness(), watched.cpu_seconds()
    report = wrk(folder, page)
    third, cpu_loaded = watched.lateness(), watched.cpu_seconds()
    quiet, loaded = quantile(first, second, 0.99), quantile(second, third, 0.99)
    visited = re.search(r"(\d+) requests in", report)
    served = int(visited[1]) if visited else 0
    spent = cpu_loaded - cpu_quiet - (cpu_quiet - cpu)
    print(f"checks {CHECKS} every 10 s; {served / SECONDS:.0f} requests/s for {SECONDS} s")
    print(f"lateness of probes, quiet   p99 {1e3 * quiet:.2f} ms")
    print(f"lateness under load         p99 {1e3 * loaded:.2f} ms, ratio {loaded / quiet:.2f}")
    print(f"cpu of a page               {1e6 * spent / max(served, 1):.0f} us")
    print(f"cpu of the process          {100 * (cpu_loaded - cpu_quiet) / SECONDS:.0f} % of a core")
    told = r"^ +(?:50|99)% .*$|.*Non-2xx.*|.*Socket errors.*"
    print("\n".join(re.findall(told, report, re.MULTILINE)))


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

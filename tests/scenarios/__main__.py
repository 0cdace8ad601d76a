"""Plays the labelled faults and prints what the monitor made of them.

`SEEDS=1..5` or `SEEDS=1,3` chooses seeds, `ONLY=O04,N1` scenarios, `JOBS=2` how many stands run
side by side, `LOGS=folder` keeps what the stands leave behind.
"""

import os
import sys
import time
from pathlib import Path

from tests.scenarios.bench import Bench
from tests.scenarios.protocol import Pace
from tests.scenarios.report import line, report
from tests.scenarios.scoring import Score
from tests.scenarios.selection import chosen_scenarios, chosen_seeds
from tests.scenarios.servers.templates import Templates
from tests.scenarios.table import SCENARIOS
from tests.scenarios.table_further import FURTHER
from tests.support.programs import scratch_folder

DEFAULT_JOBS = 2


def main() -> int:
    """Play what is chosen; the exit code says only whether it could be played."""
    try:
        seeds = chosen_seeds(os.environ.get("SEEDS", ""))
        names = chosen_scenarios(os.environ.get("ONLY", ""), SCENARIOS, further=FURTHER)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    known = {**SCENARIOS, **FURTHER}
    jobs = int(os.environ.get("JOBS") or DEFAULT_JOBS)
    logs = os.environ.get("LOGS")
    started = time.monotonic()

    def tell(score: Score) -> None:
        minutes = (time.monotonic() - started) / 60
        print(f"{minutes:5.1f} min  {'  '.join(line(score))}", file=sys.stderr, flush=True)

    with scratch_folder() as folder:
        folder.chmod(0o755)
        templates = Templates(folder)
        templates.prepare()
        bench = Bench(templates, pace=Pace(), logs=Path(logs).resolve() if logs else None)
        wanted = [(known[name], seed) for seed in seeds for name in names]
        scores = list(bench.play_all(wanted, at_once=jobs, told=tell))
    order = {name: position for position, name in enumerate(known)}
    print(report(sorted(scores, key=lambda each: (order[each.scenario.id], each.seed))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

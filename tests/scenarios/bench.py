"""Runs scenarios, each on a stand of its own; heavy ones have the machine for themselves.

*alone*, where it is given, is the reason why the stands do without namespaces.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.scenarios.groups import why_no_groups
from tests.scenarios.network import why_no_namespaces
from tests.scenarios.protocol import Enough, Pace, Play
from tests.scenarios.scenario import Need, Scenario
from tests.scenarios.scoring import Score, score
from tests.scenarios.servers.templates import Templates
from tests.scenarios.stand import Shape, stand
from tests.scenarios.trace import trace

Told = Callable[[Score], None]


class Bench:
    """Plays scenarios with prepared databases; what a stand leaves behind is kept in *logs*."""

    def __init__(
        self, templates: Templates, *, pace: Pace, alone: str = "", logs: Path | None = None
    ) -> None:
        self._templates = templates
        self._pace = pace
        self._logs = logs
        # What the machine does not allow is found out once, before stands are made side by side.
        self._lacks = {
            Need.NAMESPACES: alone or why_no_namespaces(),
            Need.MOUNTS: alone or why_no_namespaces(),
            Need.GROUPS: why_no_groups(),
        }
        self._lacking = {need for need, reason in self._lacks.items() if reason}

    def play(self, scenario: Scenario, seed: int, enough: Enough = lambda _: False) -> Score:
        """Play one scenario and score it; a stand that breaks off is a score too."""
        reason = next(filter(None, (self._lacks[each] for each in sorted(scenario.needs))), "")
        if reason:
            return Score(scenario=scenario, seed=seed, problem=reason, is_skipped=True)
        keep = self._logs / f"{scenario.id}-{seed}" if self._logs else None
        try:
            with stand(
                self._templates,
                shape=scenario.shape,
                seed=seed,
                lacks=self._lacks[Need.NAMESPACES],
                keep=keep,
            ) as running:
                asked = scenario.without(self._lacking)
                record = Play(asked, running, seed, self._pace).run(enough)
            if keep is not None:
                (keep / "trace.txt").write_text(trace(record))
            return score(record)
        except pytest.skip.Exception as missing:
            return Score(scenario=scenario, seed=seed, problem=str(missing), is_skipped=True)
        except Exception as error:  # noqa: BLE001 - one broken stand must not end the others
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / "error.txt").write_text(traceback.format_exc())
            return Score(scenario=scenario, seed=seed, problem=repr(error)[:200])

    def play_in_turn(
        self, scenarios: Iterable[Scenario], shape: Shape, seed: int, enough: Enough
    ) -> Iterator[Score]:
        """Play scenarios one after the other on one stand, each with a monitor of its own."""
        lacks = self._lacks[Need.NAMESPACES]
        with stand(self._templates, shape=shape, seed=seed, lacks=lacks) as running:
            for scenario in scenarios:
                asked = scenario.without(self._lacking)
                yield score(Play(asked, running, seed, self._pace).run(enough))
                running.end_monitor()

    def play_all(
        self,
        wanted: Iterable[tuple[Scenario, int]],
        *,
        at_once: int,
        told: Told = lambda _: None,
        enough: Enough = lambda _: False,
    ) -> Iterator[Score]:
        """Play the light ones side by side, then the heavy ones one by one."""
        pairs = list(wanted)
        with ThreadPoolExecutor(at_once) as pool:
            light = [
                pool.submit(self.play, scenario, seed, enough)
                for scenario, seed in pairs
                if not scenario.is_heavy
            ]
            for each in light:
                told(each.result())
                yield each.result()
        for scenario, seed in pairs:
            if scenario.is_heavy:
                result = self.play(scenario, seed, enough)
                told(result)
                yield result

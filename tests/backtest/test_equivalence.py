"""The leaps of a replay change nothing: it ends as an engine that looks at every row and second."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backtest.mode import Mode
from monitor.backtest.replay import replay
from monitor.backtest.rows import Row, moment_of, observation_of
from monitor.backtest.setting import Setting, setting
from monitor.engine.engine import Engine
from monitor.model.batch import Batch
from monitor.model.configuration import Configuration, WatchPolicy
from monitor.publish.notices.rehearsal import Rehearsal
from tests.backtest.histories import WORDS, stamp
from tests.engine.world import credit_platform

SITES = ("ledger-check", "gateway-check", "bank-a-check", "bank-b-check")
# Long calm stretches with trouble between them; a space is a run that nobody recorded.
SPELLS = st.sampled_from(["o" * 40, "o" * 10, "ooo", "f", "fff", "0" * 8, "dd", "foofo", " " * 5])
LETTERS = st.lists(SPELLS, min_size=1, max_size=6).map("".join)


def platform() -> Configuration:
    """Return the credit platform with a run every ten seconds, and watches of a minute or two."""
    plain = credit_platform()
    checks = tuple(replace(each, interval_seconds=10.0) for each in plain.checks)
    return replace(plain, checks=checks, watch=WatchPolicy(seconds=50, critical_seconds=100))


def rows_of(letters: dict[str, str]) -> list[Row]:
    """Return a row per letter, the sites a second apart from each other."""
    rows: list[Row] = [
        (stamp((10 * run + shift) / 60), site, *_word(letter))
        for shift, (site, runs) in enumerate(letters.items())
        for run, letter in enumerate("oo" + runs)
        if letter.strip()
    ]
    return sorted(rows, key=lambda row: (row[0], row[1]))


def _word(letter: str) -> tuple[str, str]:
    word, code = WORDS[letter]
    return word, f"{code},100"


def by_the_second(rows: list[Row], fitted: Setting) -> list[Batch]:
    """Return all that an engine does that is driven as the running monitor drives it."""
    now = moment_of(rows[0][0])
    engine = Engine(fitted.configuration, fitted.saved, now)
    batches = [engine.settle(now)]
    ahead = list(reversed(rows))
    last = moment_of(rows[-1][0])
    while now <= last:
        while ahead and moment_of(ahead[-1][0]) <= now:
            row = ahead.pop()
            batches.append(engine.observe(observation_of(row, fitted.check_of[row[1]]), now))
            if engine.is_dirty:
                batches.append(engine.settle(now))
        now += timedelta(seconds=1)
        batches.append(engine.advance(now))
    return batches


def outcome(incident: Any) -> tuple[Any, ...]:
    """Return what must not differ; when a watch or a silence ended may, by a second."""
    return (
        incident.id,
        incident.components,
        incident.status,
        incident.severity,
        incident.started_at,
        incident.confirmed_at,
        incident.recovered_at,
        incident.relapses,
        incident.unstable,
        incident.follows,
        (incident.diagnosis.cause, incident.diagnosis.subcause),
    )


@settings(max_examples=20)
@given(st.tuples(*(LETTERS for _ in SITES)))
def test_a_replay_ends_as_an_engine_that_is_asked_every_second(runs: tuple[str, ...]) -> None:
    rows = rows_of(dict(zip(SITES, runs, strict=True)))
    fitted = setting(platform(), Mode.OBSERVATIONS)

    batches = by_the_second(rows, fitted)
    replayed = replay(rows, fitted, Rehearsal(fitted.configuration))

    expected = {each.id: each for batch in batches for each in batch.incidents}
    assert sorted(map(outcome, replayed.incidents.values())) == sorted(
        map(outcome, expected.values())
    )
    told = [(each.type, each.subject) for batch in batches for each in batch.events]
    assert [(each.type, each.subject) for each in replayed.events] == told

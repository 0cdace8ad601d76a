import asyncio
import gc
import gzip
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from prometheus_client import CollectorRegistry

from monitor.model.cause import Cause
from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.observation import MissedReason, Observation, Outcome, Phase
from monitor.model.status import Status
from monitor.publish.metrics.exposition import Exposition, gzipped
from tests.publish.metrics.world import (
    OPENMETRICS,
    ago,
    check,
    families,
    full_metrics,
    full_snapshot,
    incident,
    named,
    observation,
    render,
    series,
    shown,
    snapshot,
    view,
    window,
)


async def test_both_formats_are_valid_and_say_the_same() -> None:
    registry, _ = full_metrics()
    exposition = Exposition(registry)

    text = await render(exposition, full_snapshot())
    openmetrics = await render(exposition, full_snapshot(), OPENMETRICS)

    assert "# EOF" not in text
    assert openmetrics.endswith("\n# EOF\n")
    plain, open_ = series(text), series(openmetrics, openmetrics=True)
    ours = {key: value for key, value in plain.items() if key[0].startswith("availability_")}
    assert len(ours) > 300
    assert ours == {key: open_[key] for key in ours}
    assert set(plain) == set(open_)


async def test_every_family_stands_once_and_has_a_type_and_a_help_text() -> None:
    """Blocks that interleave families are invalid OpenMetrics."""
    registry, _ = full_metrics()
    text = await render(Exposition(registry), full_snapshot())

    found = families(text)
    names = [each.name for each in found]
    assert len(names) == len(set(names))
    assert [each.name for each in found if each.type == "unknown" or not each.documentation] == []
    assert "_created" not in text


async def test_a_check_has_a_series_for_success_total_and_each_phase_that_ran() -> None:
    sql = check("ledger-sql", type_="sql", location="shanghai")
    seen = observation(
        sql,
        outcome=Outcome.FAILED,
        duration_seconds=1.5,
        phases={Phase.CONNECT: 0.02, Phase.LOGIN: 1.48},
    )

    found = await shown(snapshot({sql: seen}))

    labels = {
        "check": "ledger-sql",
        "component": "ledger",
        "type": "sql",
        "location": "shanghai",
    }
    success = named(found, "availability_probe_success")
    assert success == {frozenset(labels.items()): 0.0}
    assert list(named(found, "availability_probe_total_duration_seconds").values()) == [1.5]
    phases = named(found, "availability_probe_duration_seconds")
    assert phases == {
        frozenset({**labels, "phase": "connect"}.items()): 0.02,
        frozenset({**labels, "phase": "login"}.items()): 1.48,
    }


async def test_a_degraded_target_did_its_work() -> None:
    slow = check("slow")
    found = await shown(snapshot({slow: observation(slow, outcome=Outcome.DEGRADED)}))

    assert list(named(found, "availability_probe_success").values()) == [1.0]


@pytest.mark.parametrize(
    "seen",
    [
        observation(check("a"), outcome=Outcome.MISSED, missed=MissedReason.LATE),
        observation(check("a"), started_at=ago(101)),
    ],
    ids=["missed", "three intervals old"],
)
async def test_no_data_is_neither_success_nor_failure(seen: Observation) -> None:
    found = await shown(snapshot({check("a"): seen}))

    assert named(found, "availability_probe_success") == {}
    assert named(found, "availability_probe_duration_seconds") == {}


async def test_a_check_that_was_never_seen_or_is_off_has_no_series() -> None:
    off, unseen = check("off", enabled=False), check("unseen")
    present = snapshot({off: observation(off), unseen: None})

    assert named(await shown(present), "availability_probe_success") == {}


async def test_the_series_of_a_removed_check_vanish_and_a_changed_one_has_new_labels() -> None:
    exposition = Exposition(CollectorRegistry())
    before = {each: observation(each) for each in (check("a"), check("b"), check("c"))}
    await shown(snapshot(before), exposition)

    moved = check("b", component="gateway")
    found = await shown(snapshot({moved: observation(moved)}), exposition)

    assert {labels for _, labels in found if dict(labels).get("check") in {"a", "c"}} == set()
    assert len(named(found, "availability_probe_success", check="b", component="gateway")) == 1
    assert named(found, "availability_probe_success", component="ledger") == {}
    assert len(exposition._labels._known) == 1


async def test_no_check_has_more_than_eight_series() -> None:
    """A check of whatever type: no probe has more than six phases."""
    https = check("a")
    six = dict.fromkeys(list(Phase)[:6], 0.1)

    found = await shown(snapshot({https: observation(https, phases=six)}))

    assert len([key for key in found if ("check", "a") in key[1]]) == 8


@pytest.mark.parametrize("accept", ["", OPENMETRICS], ids=["text", "openmetrics"])
async def test_label_values_come_back_as_they_were(accept: str) -> None:
    odd = 'a "quoted" \\ back\\nslash\nnew line, 收银台 {x="y"}'
    exposition = Exposition(CollectorRegistry())
    strange = check(odd, component=odd)
    present = snapshot({strange: observation(strange)}, components=[view(odd, Status.DEGRADED)])

    text = await render(exposition, present, accept)

    found = series(text, openmetrics=bool(accept))
    assert len(named(found, "availability_probe_success", check=odd, component=odd)) == 1
    shown_as = named(found, "availability_component_status", component=odd, status="degraded")
    assert list(shown_as.values()) == [1.0]


async def test_a_status_is_one_series_per_word_of_which_one_is_true() -> None:
    service = view("checkout", Status.MAINTENANCE, Status.PARTIAL_OUTAGE)
    component = view("ledger", Status.UNKNOWN, Status.MAJOR_OUTAGE)

    found = await shown(snapshot(services=[service], components=[component]))

    for name, word in {
        "availability_service_status": "maintenance",
        "availability_service_observed_status": "partial_outage",
        "availability_component_status": "unknown",
        "availability_component_observed_status": "major_outage",
    }.items():
        words = named(found, name)
        assert len(words) == len(Status)
        assert [dict(labels)["status"] for labels, value in words.items() if value] == [word]


async def test_open_incidents_are_counted_by_cause_and_severity() -> None:
    present = snapshot(
        incidents=(
            incident("a"),
            incident("b"),
            incident("c", severity=Severity.MINOR),
            incident("d", IncidentStatus.MONITORING, severity=Severity.MINOR),
        )
    )

    found = named(await shown(present), "availability_incidents_open")

    assert len(found) == len(Cause) * len(Severity)
    assert {
        tuple(sorted(dict(labels).values())): value for labels, value in found.items() if value
    } == {("critical", "database_anomaly"): 2, ("database_anomaly", "minor"): 1}


async def test_maintenance_is_active_and_overrunning_in_seconds() -> None:
    going_on = window("a", WindowStatus.IN_PROGRESS)
    late = window("b", WindowStatus.OVERRUNNING, overrun_since=ago(90))
    planned = window("c", WindowStatus.SCHEDULED)

    none = await shown(snapshot(windows=(planned,)))
    one = await shown(snapshot(windows=(planned, going_on)))
    two = await shown(snapshot(windows=(going_on, late)))

    active, overrun = "availability_maintenance_active", "availability_maintenance_overrun_seconds"
    assert [list(named(each, active).values()) for each in (none, one, two)] == [[0], [1], [2]]
    assert [list(named(each, overrun).values()) for each in (none, one, two)] == [[0], [0], [90]]


async def test_faults_of_the_monitor_are_told_by_kind() -> None:
    found = named(await shown(snapshot(faults=(FaultKind.ISOLATED,))), "availability_monitor_fault")

    assert len(found) == len(FaultKind)
    assert [dict(labels)["kind"] for labels, value in found.items() if value] == ["isolated"]


async def test_a_compressed_answer_is_the_same_answer() -> None:
    registry, _ = full_metrics()
    exposition = Exposition(registry)
    present = snapshot({each: observation(each) for each in map(check, map(str, range(3000)))})

    pieces = [each async for each in gzipped(exposition.render(present, OPENMETRICS))]
    text = gzip.decompress(b"".join(pieces)).decode()

    assert len(pieces) > 3
    assert len(named(series(text, openmetrics=True), "availability_probe_success")) == 3000


@pytest.fixture(name="small_heap")
def _small_heap() -> Iterator[None]:
    """Look away from what other tests left in memory: a collection of it would count as ours."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("small_heap")
async def test_the_loop_goes_on_while_ten_thousand_checks_are_rendered() -> None:
    """Counted in the loop's own CPU time: neighbours on the machine do not show in it."""
    checks = [check(f"check-{number}", component=f"c-{number % 500}") for number in range(10_000)]
    present = snapshot(
        {each: observation(each) for each in checks},
        components=[view(f"c-{number}", Status.OPERATIONAL) for number in range(500)],
    )
    exposition = Exposition(CollectorRegistry())
    beats: list[float] = []

    async def beat() -> None:
        while True:
            beats.append(time.thread_time())
            await asyncio.sleep(0)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0)
    started = time.thread_time()
    text = await render(exposition, present)
    elapsed = time.thread_time() - started
    beating.cancel()

    assert text.count("\navailability_probe_success{") == 10_000
    assert text.count("\navailability_probe_duration_seconds{") == 30_000
    assert len(beats) > 100
    longest = max(after - before for before, after in pairwise(beats))
    assert longest < elapsed / 3

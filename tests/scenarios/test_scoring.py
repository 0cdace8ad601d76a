"""What a verdict is worth: right only with cause, component and evidence; harm is counted apart."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind
from tests.scenarios.protocol import Sample
from tests.scenarios.samples import (
    CONTROL,
    FAULT,
    OWN_FAULT,
    at,
    evidence,
    incident,
    record,
)
from tests.scenarios.scenario import Need, Scenario, cite
from tests.scenarios.scoring import NOTHING, score

ATTACK = Cause.NETWORK_ATTACK


def test_cause_component_and_evidence_make_a_right_verdict() -> None:
    scored = score(record(FAULT, (-1, []), (5, [incident()]), (39, [incident()])))

    assert scored.is_right
    assert scored.missing == ()
    assert (scored.detected_after, scored.decided_after) == (2.5, 0.0)
    assert not scored.is_confident_error


WRONG: dict[str, dict[str, Any]] = {
    "another cause": {"cause": Cause.SERVER_OVERLOAD, "confidence": 0.6},
    "another component": {"cause_component": "credit", "confidence": 0.6},
    "no evidence": {"evidence": []},
    "evidence against it": {"evidence": [evidence(against=True)]},
    "evidence from before the fault": {"evidence": [evidence(seconds=-5)]},
    "evidence of another value": {"evidence": [evidence("response_timeout")]},
    "what only an attack explains": {
        "evidence": [evidence(), evidence("5", signal="syncookies_recv_ratio")]
    },
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=list(WRONG))
def test_less_is_not_right(changes: dict[str, Any]) -> None:
    assert not score(record(FAULT, (5, [incident(**changes)]))).is_right


def test_nothing_seen_is_neither_right_nor_harmful() -> None:
    scored = score(record(FAULT, (5, []), (39, [])))

    assert scored.verdict is NOTHING
    assert not scored.is_right
    assert not scored.is_confident_error
    assert scored.missing == ("refused",)


def test_unknown_with_the_cause_among_two_is_half_right() -> None:
    unknown = incident(
        Cause.UNKNOWN,
        confidence=0.0,
        candidates=[{"cause": "server_overload"}, {"cause": "database_anomaly"}],
    )

    scored = score(record(FAULT, (5, [unknown])))

    assert (scored.is_right, scored.is_half_right) == (False, True)
    assert not scored.is_confident_error


def test_a_wrong_verdict_that_was_taken_back_is_an_error_all_the_same() -> None:
    early = incident(Cause.SERVER_OVERLOAD, confidence=0.85)

    scored = score(record(FAULT, (5, [early]), (9, [incident()]), (39, [incident()])))

    assert scored.is_right
    assert scored.is_confident_error
    assert scored.decided_after == 2.0


def test_a_doubtful_wrong_verdict_is_no_confident_error() -> None:
    doubtful = incident(Cause.SERVER_OVERLOAD, confidence=0.79)

    assert not score(record(FAULT, (5, [doubtful]))).is_confident_error


def test_an_attack_is_false_wherever_it_is_said() -> None:
    attack = incident(ATTACK, id="inc-2", confirmed_at=at(9).isoformat(), confidence=0.6)

    assert score(record(FAULT, (9, [incident(), attack]))).is_false_attack
    assert score(record(CONTROL, (9, [attack]))).is_false_attack


def test_the_incident_that_was_opened_first_is_judged() -> None:
    later = incident(Cause.UNKNOWN, id="inc-0", confirmed_at=at(9).isoformat(), confidence=0.0)

    scored = score(record(FAULT, (9, [later, incident()])))

    assert scored.is_right
    assert scored.incidents == 2


def test_an_incident_before_the_fault_spoils_the_scenario() -> None:
    assert not score(record(FAULT, (-3, [incident()]), (9, [incident()]))).is_right


def test_a_control_counts_its_incidents() -> None:
    quiet = score(record(CONTROL, (-1, []), (9, [])))
    loud = score(record(CONTROL, (-1, []), (9, [incident()]), (11, [incident()])))

    assert (quiet.is_right, quiet.incidents) == (True, 0)
    assert (loud.is_right, loud.incidents) == (False, 1)


def test_recovery_is_dated_from_the_revert() -> None:
    over = incident(status="resolved")

    assert score(record(FAULT, (9, [incident()]), (50, [over]))).recovered_after == 5.0
    assert score(record(FAULT, (9, [incident()]), (36, [over]))).recovered_after == -2.0


def _own(samples: list[Sample], **changes: Any) -> Any:
    blamed = [
        {
            "component": "channel-a",
            "cause": "monitor_fault",
            "subcause": "resolver",
            "confidence": 0.9,
            "evidence": [evidence("name_timeout")],
        }
    ]
    return score(record(OWN_FAULT, **{"samples": samples, "verdicts": blamed, **changes}))


def test_a_fault_of_the_monitor_is_said_without_an_incident_or_a_notice() -> None:
    said = [Sample(at=at(6), incidents=(), faults=({"kind": "resolver"},))]

    assert _own(said).is_right
    assert not _own([Sample(at=at(6), incidents=(), faults=())]).is_right
    assert not _own(said, notices=[{"kind": "disruption"}]).is_right
    assert not _own([*said, Sample(at=at(8), incidents=(incident(),), faults=())]).is_right


def _with(**changes: Any) -> Scenario:
    assert FAULT.truth is not None
    return replace(FAULT, truth=replace(FAULT.truth, **changes))


def test_a_finer_label_belongs_to_the_truth_where_it_is_named() -> None:
    seen = [(5.0, [incident(subcause="down")])]

    assert score(record(_with(subcause="down"), *seen)).is_right
    assert not score(record(_with(subcause="lock"), *seen)).is_right


def test_users_must_be_told_where_that_belongs_to_the_truth() -> None:
    told = _with(told="maintenance_overrunning")
    notices = [{"kind": "disruption"}, {"kind": "maintenance_overrunning"}]

    assert not score(record(told, (5, [incident()]), notices=notices[:1])).is_right
    assert score(record(told, (5, [incident()]), notices=notices)).is_right


def test_a_group_may_ask_for_the_reason_of_a_signal() -> None:
    asked = _with(must_cite=(cite("the code", SignalKind.FAILURE_KIND, rules="database_code"),))

    assert score(record(asked, (5, [incident()]))).missing == ("the code",)
    cited = incident(evidence=[evidence(rule="database_code")])
    assert score(record(asked, (5, [cited]))).missing == ()


def test_a_verdict_is_decided_once_its_evidence_is_complete() -> None:
    bare = incident(evidence=[])

    scored = score(record(FAULT, (5, [bare]), (9, [incident()]), (39, [incident()])))

    assert scored.is_right
    assert scored.decided_after == 2.0


def test_first_words_are_counted() -> None:
    notices = [{"kind": "disruption"}, {"kind": "update"}, {"kind": "disruption"}]

    assert score(record(FAULT, (5, [incident()]), notices=notices)).disruptions == 2


@pytest.mark.parametrize(
    ("covered", "is_right"),
    [(["channel-a"], True), (["channel-a", "channel-b"], False), ([], False)],
)
def test_announced_work_covers_what_it_is_on_and_nothing_else(
    covered: list[str], *, is_right: bool
) -> None:
    assert FAULT.truth is not None
    truth = replace(FAULT.truth, covered=frozenset({"channel-a"}))
    windows = ({"components": covered},) if covered else ()
    sample = Sample(at=at(5), incidents=(incident(),), faults=(), windows=windows)

    seen = record(replace(FAULT, truth=truth), samples=[sample])

    assert score(seen).is_right is is_right


def test_what_a_stand_cannot_see_is_not_asked_for() -> None:
    assert FAULT.truth is not None
    seen = FAULT.truth.must_cite[0]
    pressed = cite("pressed", SignalKind.CPU_PRESSURE_RATIO, needs=frozenset({Need.NAMESPACES}))
    scenario = replace(FAULT, truth=replace(FAULT.truth, must_cite=(seen, pressed)))

    assert scenario.without({Need.NAMESPACES}).truth == replace(FAULT.truth, must_cite=(seen,))
    assert scenario.without({Need.MOUNTS}) == scenario

"""The way or the target, our clock or theirs: what a second way and other hosts tell."""

from collections.abc import Iterator
from statistics import median

from monitor.diagnosis.codes import CLOCK_CODES
from monitor.diagnosis.facts import facts, statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import BLAMELESS, CLOCK_FAILURES, NAME_FAILURES
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Observation, Phase
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

_NAMES = NAME_FAILURES | {FailureKind.NAME_NOT_FOUND}
_CONNECTIONS = BLAMELESS - _NAMES
# So many hosts that agree with one another are right, and our clock is not.
_FEWEST_HOSTS = 3
_OFFSET_SECONDS = 5.0
# So many good runs say where a name leads, if it led to no more than so many addresses.
_FEWEST_RUNS = 3
_MOST_ADDRESSES = 3


def _by_address(suspect: Suspect) -> tuple[Observation, ...]:
    """Return fresh answers of the suspect that no name was asked for."""
    return tuple(
        each
        for each in suspect.answers
        if each.component == suspect.component and each.signal(S.RESOLVE_RCODE) is None
    )


def _reached_by_address(suspect: Suspect) -> Finding | None:
    """Find a target of ours that answers at its address while its name fails."""
    lost = suspect.kind is not ComponentKind.THIRD_PARTY and suspect.with_kind(_NAMES)
    well = _by_address(suspect) if lost else ()
    return Finding(weight=0.6, facts=facts(S.STAGE_REACHED, well)) if well else None


def _address_fails_too(suspect: Suspect) -> Finding | None:
    """Doubt the name where the address itself cannot be reached either."""
    lost = suspect.with_kind(_CONNECTIONS) if suspect.with_kind(_NAMES) else ()
    return Finding(weight=0.6, facts=facts(S.FAILURE_KIND, lost)) if lost else None


def _name_leads_elsewhere(suspect: Suspect) -> Finding | None:
    """Find nobody at an address that the name did not lead to while all was well.

    A name with ever other addresses, as those of delivery networks, tells nothing by a new one.
    """
    if suspect.kind is ComponentKind.THIRD_PARTY:
        return None
    seen = [
        each
        for each in suspect.with_kind(_CONNECTIONS)
        if (usual := _usual_addresses(suspect, each.check))
        and each.signal(S.RESOLVED_ADDRESS) not in {None, *usual}
    ]
    return Finding(weight=0.75, facts=facts(S.RESOLVED_ADDRESS, seen)) if seen else None


def _usual_addresses(suspect: Suspect, check: str) -> frozenset[object]:
    """Return the addresses of a check's good runs, none where they are many or hardly known."""
    good = [
        address
        for each in suspect.scene.case.recent.get(check, ())
        if each.succeeded and (address := each.signal(S.RESOLVED_ADDRESS)) is not None
    ]
    known = frozenset(good)
    return known if len(good) >= _FEWEST_RUNS and len(known) <= _MOST_ADDRESSES else frozenset()


def _latest_offsets(suspect: Suspect) -> Iterator[tuple[float, Observation]]:
    scene = suspect.scene
    for name in scene.components(*ComponentKind):
        seen = [
            (float(each.signal(S.SERVER_CLOCK_OFFSET_SECONDS) or 0), each)
            for each in scene.latest(name)
            if each.signal(S.SERVER_CLOCK_OFFSET_SECONDS) is not None
        ]
        yield from seen[:1]


def _all_clocks_differ(suspect: Suspect) -> Finding | None:
    """Find hosts of different owners that agree on another time than ours."""
    if not suspect.failures or not suspect.scene.tells(
        suspect.component, S.SERVER_CLOCK_OFFSET_SECONDS
    ):
        return None
    found = list(_latest_offsets(suspect))
    if len(found) < _FEWEST_HOSTS:
        return None
    middle = median(offset for offset, _ in found)
    agreed = [each for offset, each in found if abs(offset - middle) < _OFFSET_SECONDS]
    if abs(middle) < _OFFSET_SECONDS or len(agreed) < _FEWEST_HOSTS:
        return None
    return Finding(weight=0.85, facts=facts(S.SERVER_CLOCK_OFFSET_SECONDS, agreed))


def _clocks_agree(suspect: Suspect) -> Finding | None:
    """Find an own certificate out of its time while other hosts have the same time as we."""
    if suspect.kind is ComponentKind.THIRD_PARTY or not suspect.with_kind(CLOCK_FAILURES):
        return None
    agreed = [each for offset, each in _latest_offsets(suspect) if abs(offset) < _OFFSET_SECONDS]
    seen = facts(S.SERVER_CLOCK_OFFSET_SECONDS, agreed)
    return Finding(weight=0.2, facts=seen) if seen else None


def _other_certificates_hold(suspect: Suspect) -> Finding | None:
    """Find an own certificate out of its time while others are accepted."""
    scene = suspect.scene
    if suspect.kind is ComponentKind.THIRD_PARTY or not suspect.with_kind(CLOCK_FAILURES):
        return None
    accepted = (
        name
        for name in scene.components(*ComponentKind)
        if name != suspect.component
        and any(
            each.succeeded and scene.is_fresh(each) and Phase.TLS in each.phases
            for each in scene.latest(name)
        )
    )
    seen = statuses(scene, S.SIBLING_STATUS, accepted)
    return Finding(weight=0.2, facts=seen) if seen else None


def _timestamps_rejected(suspect: Suspect) -> Finding | None:
    """Find unrelated parties that reject our time: two of them are not wrong together."""
    mine, scene = _clock_codes(suspect.scene, suspect.component), suspect.scene
    if not mine:
        return None
    others = (
        each
        for name in scene.components(ComponentKind.THIRD_PARTY)
        if scene.are_unrelated(name, suspect.component)
        for each in _clock_codes(scene, name)
    )
    other = next(others, None)
    if other is None:
        return None
    return Finding(weight=0.85, facts=facts(S.PROVIDER_CODE, (*mine, other)))


def _clock_codes(scene: Scene, component: str) -> tuple[Observation, ...]:
    return tuple(
        each
        for each in scene.symptoms(component)
        if str(each.signal(S.PROVIDER_CODE)) in CLOCK_CODES
    )


RULES = (
    supports(
        Cause.MONITOR_FAULT,
        "strangers_reject_our_time",
        0.85,
        _timestamps_rejected,
        S.PROVIDER_CODE,
        subcause="clock",
    ),
    doubts(
        Cause.APPLICATION_FAULT,
        "own_time_doubts_credentials",
        0.85,
        _timestamps_rejected,
        S.PROVIDER_CODE,
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "clocks_agree",
        0.2,
        _clocks_agree,
        S.SERVER_CLOCK_OFFSET_SECONDS,
        subcause="certificate",
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "other_certificates_hold",
        0.2,
        _other_certificates_hold,
        S.SIBLING_STATUS,
        subcause="certificate",
    ),
    supports(
        Cause.NETWORK_FAULT,
        "reached_by_address",
        0.6,
        _reached_by_address,
        S.STAGE_REACHED,
        subcause="dns",
    ),
    doubts(Cause.NETWORK_FAULT, "address_fails_too", 0.6, _address_fails_too, S.FAILURE_KIND),
    supports(
        Cause.NETWORK_FAULT,
        "name_leads_elsewhere",
        0.75,
        _name_leads_elsewhere,
        S.RESOLVED_ADDRESS,
        subcause="dns",
    ),
    *(
        doubts(
            cause,
            f"name_doubts_{cause.value}",
            0.75,
            _name_leads_elsewhere,
            S.RESOLVED_ADDRESS,
        )
        for cause in (Cause.APPLICATION_FAULT, Cause.DATABASE_ANOMALY, Cause.SERVER_OVERLOAD)
    ),
    supports(
        Cause.MONITOR_FAULT,
        "all_clocks_differ",
        0.85,
        _all_clocks_differ,
        S.SERVER_CLOCK_OFFSET_SECONDS,
        subcause="clock",
    ),
    *(
        doubts(
            cause,
            f"own_clock_doubts_{cause.value}",
            0.7,
            _all_clocks_differ,
            S.SERVER_CLOCK_OFFSET_SECONDS,
        )
        for cause in (Cause.APPLICATION_FAULT, Cause.THIRD_PARTY_INTERFACE)
    ),
)

"""Our key or their login, our quota or theirs: what a second key and our own rate tell."""

from monitor.diagnosis.codes import QUOTA_CODES
from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.suspect import Suspect, contradicts_itself, status_of
from monitor.diagnosis.trends import RISEN_FACTOR, STEADY_FACTOR, risen, trends
from monitor.model.cause import Cause
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.provider import ProviderClass, TokenFault
from monitor.model.signals import SignalKind as S

_THEIR_FAULTS = frozenset({TokenFault.UNREACHABLE, TokenFault.ERROR, TokenFault.LIMITED})


def _spare(suspect: Suspect, *, works: bool) -> tuple[Observation, ...]:
    return tuple(each for each in suspect.failures if each.signal(S.SPARE_KEY_OK) is works)


def _spare_works(suspect: Suspect) -> Finding | None:
    seen = _spare(suspect, works=True)
    return Finding(weight=0.7, facts=facts(S.SPARE_KEY_OK, seen)) if seen else None


def _spare_fails_too(suspect: Suspect) -> Finding | None:
    """Find every key rejected: their login, for two keys are not wrong in one moment."""
    seen = _spare(suspect, works=False)
    if suspect.kind is not ComponentKind.THIRD_PARTY or not seen:
        return None
    return Finding(weight=0.75, facts=facts(S.SPARE_KEY_OK, seen))


def _no_key_works(suspect: Suspect) -> Finding | None:
    seen = _spare(suspect, works=False)
    return Finding(weight=0.75, facts=facts(S.SPARE_KEY_OK, seen)) if seen else None


def _token_endpoint(suspect: Suspect) -> Finding | None:
    """Find their endpoint of tokens failing, in whatever way but for our credentials."""
    seen = [each for each in suspect.failures if each.signal(S.TOKEN_FAULT) in _THEIR_FAULTS]
    if suspect.kind is not ComponentKind.THIRD_PARTY or not seen:
        return None
    return Finding(weight=0.5, facts=facts(S.TOKEN_FAULT, seen))


def _fresh_token_refused(suspect: Suspect) -> Finding | None:
    """Find an interface that refuses what its own server issues: their two halves disagree."""
    seen = [each for each in suspect.failures if contradicts_itself(each)]
    if suspect.kind is not ComponentKind.THIRD_PARTY or not seen:
        return None
    return Finding(weight=0.7, facts=facts(S.TOKEN_ISSUED, seen))


def _is_quota(observation: Observation) -> bool:
    return (
        status_of(observation) == 429
        or observation.signal(S.PROVIDER_CLASS) == ProviderClass.QUOTA
        or str(observation.signal(S.PROVIDER_CODE)) in QUOTA_CODES
    )


def _we_ask_more(suspect: Suspect) -> Finding | None:
    """Find our own rate above the usual while they say that it is too high."""
    if not any(_is_quota(each) for each in suspect.failures):
        return None
    seen = risen(suspect.scene, S.REQUEST_RATE, (suspect.component,), factor=RISEN_FACTOR)
    return Finding(weight=0.7, facts=seen) if seen else None


def _we_ask_as_usual(suspect: Suspect) -> Finding | None:
    """Find our own rate as usual while they say that it is too high: they changed the quota."""
    if not any(_is_quota(each) for each in suspect.failures):
        return None
    found = trends(suspect.scene, S.REQUEST_RATE, (suspect.component,))
    if not found or any(each.factor > STEADY_FACTOR for each in found):
        return None
    return Finding(weight=0.5, facts=tuple(each.fact for each in found))


RULES = (
    supports(
        Cause.APPLICATION_FAULT,
        "spare_key_works",
        0.7,
        _spare_works,
        S.SPARE_KEY_OK,
        subcause="credential",
    ),
    doubts(Cause.THIRD_PARTY_INTERFACE, "only_our_key_fails", 0.8, _spare_works, S.SPARE_KEY_OK),
    supports(
        Cause.THIRD_PARTY_INTERFACE,
        "every_key_fails",
        0.75,
        _spare_fails_too,
        S.SPARE_KEY_OK,
        subcause="auth",
    ),
    doubts(Cause.APPLICATION_FAULT, "no_key_works", 0.75, _no_key_works, S.SPARE_KEY_OK),
    supports(
        Cause.THIRD_PARTY_INTERFACE,
        "token_endpoint_fails",
        0.5,
        _token_endpoint,
        S.TOKEN_FAULT,
        subcause="auth",
    ),
    supports(
        Cause.THIRD_PARTY_INTERFACE,
        "fresh_token_refused",
        0.7,
        _fresh_token_refused,
        S.TOKEN_ISSUED,
        subcause="auth",
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "we_ask_more_than_usual",
        0.7,
        _we_ask_more,
        S.REQUEST_RATE,
        subcause="quota",
    ),
    doubts(Cause.THIRD_PARTY_INTERFACE, "quota_spent_by_us", 0.7, _we_ask_more, S.REQUEST_RATE),
    supports(
        Cause.THIRD_PARTY_INTERFACE,
        "quota_cut_by_them",
        0.5,
        _we_ask_as_usual,
        S.REQUEST_RATE,
        subcause="quota",
    ),
)

"""How a scenario that is played only when it is asked for by name is written down."""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.scenario import OF_ATTACKS, Cite, Fault, Need, Scenario, Truth, at, cite

_ANY_FAILURE = cite("how it fails", S.FAILURE_KIND, S.HTTP_STATUS, S.LATENCY_SECONDS)


def further_scenario(
    number: int,
    title: str,
    fault: Fault,
    cause: Cause,
    *components: str,
    must_cite: tuple[Cite, ...] = (_ANY_FAILURE,),
    needs: frozenset[Need] = frozenset(),
) -> Scenario:
    """Return scenario X and its *number*; without more, any failure is evidence enough."""
    truth = Truth(
        cause=cause,
        components=at(*components),
        must_cite=must_cite,
        must_not_cite=() if cause is Cause.NETWORK_ATTACK else (OF_ATTACKS,),
    )
    return Scenario(id=f"X{number:02}", title=title, fault=fault, truth=truth, needs=needs)

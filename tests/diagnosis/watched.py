"""The platform with observers beside its probes: hosts, traffic, logins, names, a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from monitor.model.cause import Cause, Diagnosis
from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind, SignalValue
from tests.diagnosis.world import Sight, World, platform

_TYPES = {
    "host": "host",
    "ledger-host": "host",
    "traffic": "promql",
    "logins": "logs",
    "edge-names": "promql",
    "bank-page": "status_page",
    "our-rate": "promql",
}
_OWNERS = {
    "host": "gateway-host",
    "ledger-host": "ledger",
    "traffic": "gateway",
    "logins": "gateway",
    "edge-names": "gateway-host",
    "bank-page": "bank-a",
    "our-rate": "bank-a",
}


def figures(
    limit: str = "",
    *,
    failed: bool = False,
    tells: Mapping[str, SignalValue] | None = None,
    **signals: SignalValue,
) -> Sight:
    """Return what an observer sees; beyond *limit*, the name of one of its figures."""
    seen = {SignalKind(name): value for name, value in {**signals, **(tells or {})}.items()}
    if not limit:
        return Sight(stage=Stage.SEMANTIC, signals=seen)
    return Sight(
        outcome=Outcome.FAILED if failed else Outcome.DEGRADED,
        kind=FailureKind.THRESHOLD_EXCEEDED,
        stage=Stage.SEMANTIC,
        signals={**seen, SignalKind.LIMIT_EXCEEDED: limit},
    )


QUIET: Mapping[str, Sight] = {
    "host": figures(
        cpu_pressure_ratio=0.02,
        cpu_used_ratio=0.2,
        established_connections=40,
        passive_opens_rate=20.0,
        received_packet_rate=150.0,
        received_packet_bytes=400.0,
        disk_free_ratio=0.5,
        retransmit_ratio=0.001,
    ),
    "ledger-host": figures(disk_free_ratio=0.5, io_pressure_ratio=0.01),
    "traffic": figures(request_rate=20.0, in_flight=3, order_rate=60.0, paid_order_rate=50.0),
    "logins": figures(auth_failure_rate=2.0, distinct_sources=30, waf_block_rate=1.0),
    "edge-names": figures(nxdomain_rate=1.0),
    "bank-page": figures(page_indicator="none"),
    "our-rate": figures(request_rate=5.0),
}


@dataclass
class Watched(World):
    """A world in which observers go on telling what is usual, unless they are told otherwise."""

    quiet: dict[str, Sight] = field(default_factory=dict)

    def round(self, seen: Mapping[str, Sight] | None = None, *, times: int = 1) -> "Watched":
        super().round({**self.quiet, **(seen or {})}, times=times)
        return self

    def now_tells(self, check: str, **signals: SignalValue) -> Sight:
        """Return what *check* usually tells, with some figures changed."""
        usual = self.quiet[check]
        changed = {SignalKind(name): value for name, value in signals.items()}
        return replace(usual, signals={**usual.signals, **changed})


def watched() -> Watched:
    """Return the demo's platform with its observers, after ten good rounds."""
    plain = platform()
    world = Watched(
        plain.components,
        {**plain.checks, **_OWNERS},
        types=_TYPES,
        quiet=dict(QUIET),
    )
    return world.round(times=10)


def verdict_of(diagnosis: Diagnosis) -> tuple[Cause, str]:
    """Return cause and finer label."""
    return diagnosis.cause, diagnosis.subcause


def rules_of(diagnosis: Diagnosis) -> set[str]:
    """Return the rules that speak for the verdict."""
    return {each.rule for each in diagnosis.evidence if not each.against}


def candidates_of(diagnosis: Diagnosis) -> set[Cause]:
    """Return the causes that were weighed."""
    return {each.cause for each in diagnosis.candidates}


def cited(verdict: Diagnosis, rule: str) -> dict[tuple[SignalKind, str], object]:
    """Return what *rule* cited for the verdict, by signal and component."""
    found = [each for each in verdict.evidence if each.rule == rule and not each.against]
    return {(each.signal, each.component): each.value for each in found}

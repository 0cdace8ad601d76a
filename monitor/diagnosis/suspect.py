"""A suspect: one component as a possible seat of the cause, with its symptoms."""

from collections.abc import Collection
from functools import cached_property

from monitor.diagnosis.codes import OUR_CODES
from monitor.diagnosis.harm import HARD
from monitor.diagnosis.limit_hints import SLOWING
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.tables import BLAMELESS, OBSERVERS, REJECTED_STATUSES
from monitor.diagnosis.trends import risen
from monitor.model.figures import FORECASTS
from monitor.model.observation import FailureKind, Observation, Outcome, Phase, Stage
from monitor.model.platform import ComponentKind
from monitor.model.provider import ProviderClass, TokenFault
from monitor.model.signals import SignalKind

# Linux repeats an unanswered SYN after one second.
REPEATED_SYN_SECONDS = 0.9
# Work piles up where there is several times the usual, and more than a handful.
PILED_FACTOR = 3.0
PILED_LEAST = 5.0


class Suspect:
    """A component that fails or that the failing one needs, as the rules look at it."""

    def __init__(self, scene: Scene, component: str) -> None:
        self.scene = scene
        self.component = component
        self.kind = scene.kind_of(component)

    @cached_property
    def symptoms(self) -> tuple[Observation, ...]:
        """Attempts that failed or were slow."""
        return self.scene.symptoms(self.component)

    @cached_property
    def failures(self) -> tuple[Observation, ...]:
        """Attempts that failed."""
        return tuple(each for each in self.symptoms if each.outcome is Outcome.FAILED)

    @cached_property
    def slow(self) -> tuple[Observation, ...]:
        """Answers that came much later than usual, or not at all, over a quick connection."""
        return tuple(
            each for each in self.symptoms if self._is_late(each) and not connected_slowly(each)
        )

    @cached_property
    def slow_connections(self) -> tuple[Observation, ...]:
        """Attempts whose connection took as long as a lost packet costs."""
        return tuple(each for each in self.symptoms if connected_slowly(each))

    @cached_property
    def server_errors(self) -> tuple[Observation, ...]:
        """Failed answers with a 5xx status."""
        return tuple(each for each in self.failures if 500 <= status_of(each) < 600)

    @cached_property
    def rejections(self) -> tuple[Observation, ...]:
        """Failures that say that our credentials were not accepted."""
        return tuple(each for each in self.failures if is_rejection(each))

    @cached_property
    def own_doing(self) -> tuple[Observation, ...]:
        """Symptoms that are the target's own: it was reached and our credentials are not it."""
        return tuple(each for each in self.symptoms if not is_rejection(each))

    @cached_property
    def ground(self) -> tuple[str, ...]:
        """The component and the servers it stands on."""
        graph = self.scene.case.graph
        below = (
            name
            for name in sorted(graph.needs(self.component))
            if name in graph.components and self.scene.kind_of(name) is ComponentKind.SERVER
        )
        return (self.component, *below)

    @cached_property
    def load(self) -> tuple[str, ...]:
        """The servers that stand on the component and are in trouble with it."""
        graph = self.scene.case.graph
        return tuple(
            name
            for name in sorted(graph.needed_by(self.component))
            if name in graph.components
            and self.scene.kind_of(name) is ComponentKind.SERVER
            and self.scene.is_troubled(name)
        )

    @cached_property
    def bystanders(self) -> tuple[Observation, ...]:
        """Fresh attempts on the suspect's ground that went as usual while others failed."""
        return tuple(
            each
            for name in self.ground
            for each in self.scene.latest(name)
            if each.type not in OBSERVERS and self.scene.is_fresh(each) and self.scene.is_well(each)
        )

    @cached_property
    def answers(self) -> tuple[Observation, ...]:
        """The bystanders in which the target itself did work, and has no more of it than usual.

        That a port opens, a name resolves or a counter can be read says nothing of the work.
        """
        return tuple(
            each
            for each in self.bystanders
            if each.stage not in (Stage.RESOLVE, Stage.CONNECT, Stage.TLS)
            and not self._is_loaded(each)
        )

    @cached_property
    def surroundings(self) -> tuple[str, ...]:
        """The component and the servers around it: those it needs, and those that need it."""
        graph = self.scene.case.graph
        above = {self.component, *graph.all_needed_by(self.component)}
        near = above | {each for name in above for each in graph.needs(name)}
        servers = (
            name
            for name in sorted(near)
            if name in graph.components and self.scene.kind_of(name) is ComponentKind.SERVER
        )
        return tuple(dict.fromkeys((*self.ground, *servers)))

    @cached_property
    def databases(self) -> tuple[str, ...]:
        """The watched databases that the suspect, or what stands on it, cannot do without."""
        scene = self.scene
        return tuple(
            name
            for name in scene.components(ComponentKind.DATABASE)
            if any(scene.harm_of(each, (name,)) == HARD for each in (self.component, *self.load))
        )

    @cached_property
    def failing_needs(self) -> tuple[str, ...]:
        """Needed components that are in trouble and whose trouble did not begin later."""
        scene = self.scene
        return tuple(
            name
            for name in sorted(scene.case.graph.all_needs(self.component))
            if name in scene.case.graph.components
            and scene.is_troubled(name)
            and not self.began_before(name)
            and self._may_follow_from(name)
        )

    @property
    def is_explainable(self) -> bool:
        """Whether a failing dependency could show like this: it was reached, and answered badly."""
        kinds = {each.failure.kind for each in self.failures if each.failure is not None}
        return not kinds & BLAMELESS

    def began_before(self, other: str) -> bool:
        """Whether the suspect's trouble is clearly older than that of *other*."""
        mine, theirs = self.scene.onset_of(self.component), self.scene.onset_of(other)
        return mine is not None and theirs is not None and theirs.is_clearly_after(mine)

    def with_kind(self, kinds: Collection[FailureKind]) -> tuple[Observation, ...]:
        """Return the failures of *kinds*."""
        return self.scene.failed_with(self.component, kinds)

    def with_signal(self, kind: SignalKind, *components: str) -> tuple[Observation, ...]:
        """Return the fresh attempts on the suspect (or *components*) that carry a signal."""
        names = components or (self.component,)
        return tuple(
            each
            for name in names
            for each in self.scene.seen(name)
            if each.signal(kind) is not None
        )

    def _may_follow_from(self, name: str) -> bool:
        """Whether the trouble of a needed component may show like this one."""
        figures = self.scene.figures_at_fault(name)
        if figures is None:
            return True
        return not figures <= FORECASTS and (bool(self.slow) or not figures <= SLOWING)

    def _is_loaded(self, observation: Observation) -> bool:
        return any(
            fact.check == observation.check
            for kind in (SignalKind.IN_FLIGHT, SignalKind.QUEUE_DEPTH)
            if observation.signal(kind) is not None
            for fact in risen(
                self.scene, kind, (observation.component,), factor=PILED_FACTOR, least=PILED_LEAST
            )
        )

    def _is_late(self, observation: Observation) -> bool:
        kind = observation.failure.kind if observation.failure else None
        if kind in BLAMELESS:
            return False
        return self.scene.is_slow(observation) or kind is FailureKind.RESPONSE_TIMEOUT


def status_of(observation: Observation) -> int:
    """Return the HTTP status of *observation*, or 0 where there was none."""
    return int(observation.signal(SignalKind.HTTP_STATUS) or 0)


def is_rejection(observation: Observation) -> bool:
    """Whether the target says that it does not accept our credentials, and ours alone."""
    if observation.signal(SignalKind.SPARE_KEY_OK) is False or contradicts_itself(observation):
        return False
    kind = observation.failure.kind if observation.failure else None
    if kind in (FailureKind.LOGIN_REJECTED, FailureKind.TLS_CLIENT_CERTIFICATE):
        return True
    if speaks_of_us(observation):
        return True
    return status_of(observation) in REJECTED_STATUSES and not _is_challenge(observation)


def contradicts_itself(observation: Observation) -> bool:
    """Whether an interface does not know the token that its own server has just issued to us."""
    issued = observation.signal(SignalKind.TOKEN_ISSUED) is True
    accepts_another = observation.signal(SignalKind.SPARE_KEY_OK) is True
    return issued and status_of(observation) == 401 and not accepts_another


def speaks_of_us(observation: Observation) -> bool:
    """Whether a code in the answer is about our key, our signature or our clock."""
    if observation.signal(SignalKind.TOKEN_FAULT) == TokenFault.REFUSED:
        return True
    word = observation.signal(SignalKind.PROVIDER_CLASS)
    if word is not None:
        return any(each == word and each.is_ours for each in ProviderClass)
    return str(observation.signal(SignalKind.PROVIDER_CODE)) in OUR_CODES


def connected_quickly(observation: Observation, seconds: float = 0.25) -> bool:
    """Whether the connection stood at once, so that what was late is the answer."""
    connect = observation.phases.get(Phase.CONNECT)
    return connect is not None and connect <= seconds


def connected_slowly(observation: Observation) -> bool:
    """Whether the connection took as long as the repetition of a lost first packet."""
    return observation.phases.get(Phase.CONNECT, 0.0) >= REPEATED_SYN_SECONDS


def _is_challenge(observation: Observation) -> bool:
    return observation.signal(SignalKind.WAF_MARKER) is not None

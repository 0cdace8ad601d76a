"""Who waits for whom: a server whose requests hang on a store or a party that does not answer."""

from monitor.diagnosis.facts import statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.model.observation import FailureKind, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

# Whoever asks is kept waiting until it gives up; a refusal keeps nobody.
_HANGS = frozenset(
    {
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.RESPONSE_TIMEOUT,
        FailureKind.QUERY_TIMEOUT,
        FailureKind.WRITE_TIMEOUT,
    }
)
_AWAITED = frozenset({ComponentKind.DATABASE, ComponentKind.THIRD_PARTY})


def awaited(suspect: Suspect) -> tuple[str, ...]:
    """Return the stores and parties that the suspect's requests may hang on, deepest first.

    A server works for those that need it. What these need besides, its processes ask on their
    behalf, whether or not anybody said that the server itself needs it.
    """
    scene = suspect.scene
    if suspect.kind is not ComponentKind.SERVER:
        return ()
    return scene.once(("awaited", suspect.component), lambda: _find(suspect))


def _find(suspect: Suspect) -> tuple[str, ...]:
    graph = suspect.scene.case.graph
    near = graph.companions(suspect.component) & graph.components.keys()
    return tuple(
        name
        for name in sorted(near, key=lambda each: (len(graph.all_needs(each)), each))
        if suspect.scene.kind_of(name) in _AWAITED
        and _hangs(suspect.scene, name)
        and not suspect.began_before(name)
    )


def _hangs(scene: Scene, component: str) -> bool:
    """Whether a check of *component* has met nothing but silence in the present trouble."""
    for check in scene.checks_of(component):
        seen = [each for each in scene.seen(component) if each.check == check]
        kinds = {each.failure.kind for each in seen if each.failure is not None}
        if kinds and kinds <= _HANGS and all(each.outcome is Outcome.FAILED for each in seen):
            return True
    return False


def waits_for_what_hangs(suspect: Suspect) -> Finding | None:
    """Doubt that a server has too much to do while its requests wait for what does not answer."""
    seen = statuses(suspect.scene, SignalKind.SIBLING_STATUS, awaited(suspect))
    return Finding(weight=0.85, facts=seen) if seen else None

"""Reads what tests compare most from an observation."""

from monitor.model.observation import FailureKind, Observation


def kind_of(observation: Observation) -> FailureKind | None:
    """Return the kind of the failure, or None without one."""
    return observation.failure.kind if observation.failure else None

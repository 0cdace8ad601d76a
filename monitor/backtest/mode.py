"""How the rows of a history are to be read."""

from enum import StrEnum


class Mode(StrEnum):
    """What a row is: one attempt of a check, or a confirmed change that holds until the next."""

    OBSERVATIONS = "observations"
    TRANSITIONS = "transitions"

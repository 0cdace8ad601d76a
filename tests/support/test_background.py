"""What is played in the background is heard, whatever becomes of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NoReturn

import pytest

from tests.support.background import Background, PlayError, Stage


@contextmanager
def perform(stage: Stage) -> Iterator[None]:
    """Play one story of every kind."""
    stage.tell("told", {"pid": os.getpid()})
    stage.break_off(["broken", "left"], ValueError("no such bank"))
    stage.break_off(["skipped"], pytest.skip.Exception("no PostgreSQL"))
    # Stands for a story that is still being played at the end.
    Thread(target=Event().wait).start()
    yield


def die(_: Stage) -> NoReturn:
    """End without a word."""
    os._exit(1)


def test_each_story_is_heard_from_another_process() -> None:
    background = Background(perform, ["told", "broken", "left", "skipped", "never"])
    try:
        assert background.seen("told")["pid"] != os.getpid()
        for name in ("broken", "left"):
            with pytest.raises(PlayError, match="ValueError: no such bank"):
                background.seen(name)
        with pytest.raises(pytest.skip.Exception, match="no PostgreSQL"):
            background.seen("skipped")
        assert set(background.all_seen()) == {"told"}
    finally:
        background.end()

    with pytest.raises(PlayError, match="has ended"):
        background.seen("never")


def test_a_process_that_dies_leaves_nobody_waiting() -> None:
    background = Background(die, ["never"])

    with pytest.raises(PlayError, match="has ended"):
        background.seen("never")
    background.end()

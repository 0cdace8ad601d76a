"""How the desk commands the engine and asks the store, with errors that operators understand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from monitor.engine import commands
from monitor.engine.driver import Driver
from monitor.model.batch import Batch
from monitor.storage.errors import StoreError
from monitor.storage.store import Store
from monitor.web.ops.errors import ConflictError, InvalidError, NotFoundError, UnavailableError

T = TypeVar("T")

COMMIT_SECONDS = 5.0


class Commands:
    """Carries out commands; each returns once what it changed is stored."""

    def __init__(self, driver: Driver, store: Store) -> None:
        self._driver = driver
        self._store = store

    async def run(self, step: Callable[[datetime], tuple[T, Batch]]) -> T:
        """Take a step of the engine and wait until it is stored."""
        try:
            value = self._driver.run(step)
        except commands.NotFoundError as error:
            raise NotFoundError(str(error)) from error
        except commands.ConflictError as error:
            raise ConflictError(str(error)) from error
        except commands.CommandError as error:
            raise InvalidError(str(error)) from error
        try:
            await asyncio.wait_for(self._store.writer.flush(), COMMIT_SECONDS)
        except (TimeoutError, StoreError) as error:
            message = "taken note of, but the store cannot be written yet"
            raise UnavailableError(message) from error
        return value


async def read(answer: Awaitable[T]) -> T:
    """Return what the store answers."""
    try:
        return await answer
    except StoreError as error:
        raise UnavailableError("the store cannot be read just now") from error


def found(value: T | None, what: str, id_: str) -> T:
    """Return *value*, or say that there is none."""
    if value is None:
        raise NotFoundError(f"no {what} {id_!r}")
    return value

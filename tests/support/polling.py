"""Waits for what will become true, with a deadline instead of a fixed sleep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeVar, overload

STEP_SECONDS = 0.02
# Only what never comes waits so long, so it says nothing about how soon something should come.
PATIENCE_SECONDS = 120.0

Result = TypeVar("Result")


def eventually(ask: Callable[[], Result], timeout: float = PATIENCE_SECONDS) -> Result:
    """Return the first true answer; a failed assertion or a refused connection is no answer yet."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            answer = ask()
            if answer or time.monotonic() >= deadline:
                break
        except (AssertionError, OSError):
            if time.monotonic() >= deadline:
                raise
        time.sleep(STEP_SECONDS)
    assert answer, f"still {answer!r} after {timeout} s"
    return answer


@overload
async def eventually_async(
    ask: Callable[[], Awaitable[Result]], timeout: float = ...
) -> Result: ...


@overload
async def eventually_async(ask: Callable[[], Result], timeout: float = ...) -> Result: ...


async def eventually_async(ask: Callable[[], Any], timeout: float = PATIENCE_SECONDS) -> Any:
    """Do what `eventually` does while the loop goes on; `ask` may be async or not."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            asked = ask()
            answer = await asked if isawaitable(asked) else asked
            if answer or time.monotonic() >= deadline:
                break
        except (AssertionError, OSError):
            if time.monotonic() >= deadline:
                raise
        await asyncio.sleep(STEP_SECONDS)
    assert answer, f"still {answer!r} after {timeout} s"
    return answer

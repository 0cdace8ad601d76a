"""A call that may block runs beside the loop: one at a time, and never for ever."""

import asyncio
import threading

import pytest

from monitor.probes.worker import StillBusyError, Worker
from tests.support.polling import eventually_async


async def test_a_result_and_an_error_come_back() -> None:
    worker = Worker()

    assert await worker.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0)
    assert await worker.run(lambda: 8) == 8


async def test_the_loop_goes_on_while_a_call_blocks() -> None:
    gate = threading.Event()
    running = asyncio.ensure_future(Worker().run(gate.wait))
    turns = 0
    while turns < 100:
        await asyncio.sleep(0)
        turns += 1
    assert not running.done()

    gate.set()
    assert await running is True


async def test_a_call_that_hangs_is_not_called_again_until_it_returns() -> None:
    gate = threading.Event()
    worker = Worker()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(worker.run(gate.wait), 0.05)

    with pytest.raises(StillBusyError):
        await worker.run(gate.wait)

    async def is_free() -> bool:
        try:
            return await worker.run(lambda: True)
        except StillBusyError:
            return False

    gate.set()
    await eventually_async(is_free)


async def test_two_runs_at_once_take_turns() -> None:
    gate = threading.Event()
    worker = Worker()
    running = [asyncio.ensure_future(worker.run(gate.wait)) for _ in range(2)]
    asyncio.get_running_loop().call_later(0.02, gate.set)

    assert await asyncio.gather(*running) == [True, True]


async def test_the_thread_of_a_call_that_hangs_does_not_hold_the_exit() -> None:
    gate = threading.Event()
    before = set(threading.enumerate())
    running = asyncio.ensure_future(Worker().run(gate.wait))
    await asyncio.sleep(0)

    (thread,) = set(threading.enumerate()) - before
    gate.set()
    await running
    assert thread.daemon

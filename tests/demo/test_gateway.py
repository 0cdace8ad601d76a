import asyncio
from decimal import Decimal

import pytest

from monitor.demo.functions import BadRequestError, Request
from monitor.demo.workers import Capacity, OverloadedError, Workers
from tests.demo.platform import Platform
from tests.support.polling import eventually_async


def test_a_request_has_defaults_and_rounds_the_amount() -> None:
    assert Request.of(None, None) == Request(account=1, amount=Decimal("100.00"))
    assert Request.of("200", "12.345") == Request(account=200, amount=Decimal("12.34"))


@pytest.mark.parametrize(
    ("account", "amount"),
    [("x", "1"), ("0", "1"), ("201", "1"), ("1", "-1"), ("1", "NaN"), ("1", "1e9"), ("1", "x")],
)
def test_a_request_that_makes_no_sense_is_refused(account: str, amount: str) -> None:
    with pytest.raises(BadRequestError):
        Request.of(account, amount)


def test_a_bad_request_is_the_callers_fault(demo: Platform) -> None:
    assert demo.ask("/credit-pay/quote?account=x").status_code == 400


def test_functions_write_what_they_did(demo: Platform) -> None:
    paid = demo.ask("/checkout/pay?account=7&amount=5", method="POST")

    assert paid.json() == {"paid": "5.00", "channel": "bank-a"}
    with demo.connect() as connection:
        row = connection.execute(
            "SELECT amount, fee, channel FROM payments WHERE account_id = 7"
        ).fetchone()
    assert row == (Decimal("5.00"), Decimal("0.0300"), "bank-a")


async def test_work_beyond_the_queue_is_shed_at_once() -> None:
    workers = Workers(Capacity(slots=1, queue_limit=2, queue_seconds=10.0, cpu_share=1.0))
    outcomes = await asyncio.gather(*(workers.run(0.001) for _ in range(4)), return_exceptions=True)

    assert outcomes[:3] == [None, None, None]
    assert isinstance(outcomes[3], OverloadedError)
    assert workers.stats()["shed_total"] == 1
    workers.close()


async def test_work_that_waits_too_long_is_shed() -> None:
    workers = Workers(Capacity(slots=1, queue_limit=10, queue_seconds=0.05, cpu_share=0.01))
    await workers.run(0.005)
    held = asyncio.create_task(workers.run(0.005))
    await eventually_async(lambda: workers.stats()["workers_busy"] == 1)

    with pytest.raises(OverloadedError):
        await workers.run(0.005)
    await held
    workers.close()


async def test_cpu_work_stays_within_its_share() -> None:
    workers = Workers(Capacity(slots=1, cpu_share=0.1))
    loop = asyncio.get_running_loop()
    start = loop.time()
    await asyncio.gather(*(workers.run(0.01) for _ in range(6)))

    # Six times 10 ms at a tenth of a CPU, less the burst of 0.2 s and the last piece.
    assert loop.time() - start >= 0.25
    workers.close()

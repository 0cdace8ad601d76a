"""The four functions users know, as transactions on the ledger."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx

from monitor.demo.ledger_schema import ACCOUNTS
from monitor.demo.pool import Connection, LedgerPool
from monitor.demo.release import Release

Answer = dict[str, Any]
CHANNEL_SECONDS = 0.6
CENT = Decimal("0.01")
LARGEST_AMOUNT = 1_000_000


class BadRequestError(Exception):
    """The caller asked for something that makes no sense."""


class NoChannelError(Exception):
    """No bank channel took the payment."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks, and for how much."""

    account: int
    amount: Decimal

    @classmethod
    def of(cls, account: str | None, amount: str | None) -> "Request":
        """Read the two query parameters; raise BadRequestError when they make no sense."""
        try:
            number, value = int(account or 1), Decimal(amount or 100)
            in_range = 1 <= number <= ACCOUNTS and 0 < value <= LARGEST_AMOUNT
        except (ValueError, InvalidOperation) as error:
            raise BadRequestError("account and amount must be numbers") from error
        if not in_range:
            raise BadRequestError("account or amount is out of range")
        return cls(account=number, amount=value.quantize(CENT))


async def quote_credit_pay(pool: LedgerPool, request: Request, release: Release) -> Answer:
    """花呗: how much of the credit line is left, and what an instalment would cost."""
    rate = Decimal(release.pricing["credit_pay_fee"])

    async def work(connection: Connection) -> Answer:
        line, used = await _account(connection, request.account)
        return {
            "available": str(line - used),
            "instalment": str((request.amount * (1 + rate) / 3).quantize(CENT)),
        }

    return await pool.run(work)


async def quote_cash_loan(pool: LedgerPool, request: Request, release: Release) -> Answer:
    """借呗: what a cash loan of that amount costs per day."""
    rate = Decimal(release.pricing["cash_loan_daily"])

    async def work(connection: Connection) -> Answer:
        line, used = await _account(connection, request.account)
        return {
            "granted": line - used >= request.amount,
            "daily_interest": str((request.amount * rate).quantize(CENT)),
        }

    return await pool.run(work)


async def read_bill(pool: LedgerPool, request: Request, release: Release) -> Answer:
    """还款: the open bill; reading it is noted."""
    minimum = Decimal(release.pricing["minimum_repayment"])

    async def work(connection: Connection) -> Answer:
        cursor = await connection.execute(
            "UPDATE bills SET read_at = now() WHERE account_id = %s RETURNING amount, due_on",
            (request.account,),
        )
        amount, due_on = await _one(cursor)
        return {
            "amount": str(amount),
            "minimum": str((amount * minimum).quantize(CENT)),
            "due_on": due_on.isoformat(),
        }

    return await pool.run(work)


async def pay(pool: LedgerPool, request: Request, release: Release, banks: "Banks") -> Answer:
    """收银台: charge a bank channel, then book the payment."""
    fee = Decimal(release.pricing["checkout_fee"])
    channel = await banks.charge(request)

    async def work(connection: Connection) -> Answer:
        await connection.execute(
            "UPDATE payments SET amount = %s, fee = %s, channel = %s, paid_at = now(),"
            " payments = payments + 1 WHERE account_id = %s",
            (request.amount, request.amount * fee, channel, request.account),
        )
        return {"paid": str(request.amount), "channel": channel}

    return await pool.run(work)


async def _account(connection: Connection, account: int) -> tuple[Decimal, Decimal]:
    cursor = await connection.execute(
        "UPDATE accounts SET quoted_at = now() WHERE id = %s RETURNING credit_line, used",
        (account,),
    )
    line, used = await _one(cursor)
    return line, used


async def _one(cursor: Any) -> tuple[Any, Any]:
    row = await cursor.fetchone()
    first, second = row
    return first, second


class Banks:
    """The bank channels, tried in order: the next one takes over when one refuses."""

    def __init__(self, client: httpx.AsyncClient, urls: dict[str, str]) -> None:
        self._client = client
        self._urls = urls

    async def charge(self, request: Request) -> str:
        """Charge the amount; return the name of the channel that took it."""
        body = {"account": request.account, "amount": str(request.amount)}
        for name, url in self._urls.items():
            try:
                answer = await self._client.post(
                    f"{url}/v1/pay", json=body, timeout=CHANNEL_SECONDS
                )
            except httpx.HTTPError:
                continue
            if answer.is_success:
                return name
        raise NoChannelError

"""What an incident cost stands on its page in figures, and nothing is claimed that is not known."""

from dataclasses import replace
from datetime import timedelta

import httpx

from monitor.model.business import BusinessLoss
from tests.web.ops import samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.samples import NOW, START, names
from tests.web.ops.test_page import read

PAID = BusinessLoss(
    service="checkout",
    metric="paid-orders",
    names=names("支付订单", "Paid orders"),
    since=START,
    until=START + timedelta(minutes=3),
    actual=212.4,
    expected=1500.0,
    weeks=4,
    at=NOW,
    is_final=True,
)
LOGINS = replace(PAID, metric="logins", names={}, expected=4.5, actual=6.0, is_final=False)
NEW = replace(PAID, service="gone", metric="quotes", names={}, expected=None, actual=None, weeks=1)
AS_EVER = replace(PAID, metric="refunds", names={}, expected=7.0, actual=7.0)
UNEXPECTED = replace(PAID, metric="chats", names={}, expected=0.0, actual=12.0)


async def test_an_incident_shows_what_it_cost(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.all_incidents = [
        replace(samples.INCIDENT, business=(PAID, LOGINS, NEW, AS_EVER, UNEXPECTED))
    ]
    page = await read(client, f"/incidents/{samples.INCIDENT.id}")

    for words in (
        "Paid orders paid-orders Checkout 1,500 212 1,288 fewer 86% 4 earlier weeks 12:06:48 12:09",
        "logins logins Checkout 4.5 6 1.5 more 33% 4 earlier weeks 12:06:48 12:09:48 so far",
        "quotes quotes gone not known not known none claimed 1 earlier week 12:06:48",
        "refunds refunds Checkout 7 7 as expected 4 earlier weeks",
        "chats chats Checkout 0 12 12 more 4 earlier weeks",
    ):
        assert words in page.text


async def test_an_incident_without_a_metric_shows_no_empty_table(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.all_incidents = [samples.INCIDENT]
    page = await read(client, f"/incidents/{samples.INCIDENT.id}")

    assert "earlier weeks" not in page.text

from pathlib import Path

import httpx
import pytest

from monitor.demo.bank import make_app
from monitor.demo.layout import Layout


@pytest.fixture
def bank(tmp_path: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(make_app(Layout.at(tmp_path), "bank-b"))
    return httpx.AsyncClient(transport=transport, base_url="http://bank")


async def test_a_payment_is_taken_once_it_has_an_amount(bank: httpx.AsyncClient) -> None:
    paid = await bank.post("/v1/pay", json={"amount": "12.50"})
    refused = await bank.post("/v1/pay", content="{")

    assert (paid.json()["code"], paid.json()["amount"]) == ("SUCCESS", "12.50")
    assert paid.json()["trade_no"].startswith("bank-b-")
    assert (refused.status_code, refused.json()["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        ("status", {"status"}),
        ("summary", {"status", "components", "incidents", "scheduled_maintenances"}),
        ("components", {"components"}),
        ("incidents", {"incidents"}),
        ("incidents/unresolved", {"incidents"}),
        ("scheduled-maintenances", {"scheduled_maintenances"}),
        ("scheduled-maintenances/upcoming", {"scheduled_maintenances"}),
        ("scheduled-maintenances/active", {"scheduled_maintenances"}),
    ],
)
async def test_the_status_page_speaks_statuspage(
    bank: httpx.AsyncClient, document: str, keys: set[str]
) -> None:
    body = (await bank.get(f"/api/v2/{document}.json")).json()

    assert set(body) == {"page", *keys}
    assert set(body["page"]) == {"id", "name", "url", "time_zone", "updated_at"}
    assert body["page"]["name"] == "Bank B"
    for component in body.get("components", []):
        assert component["status"] == "operational"
        assert component["page_id"] == body["page"]["id"]

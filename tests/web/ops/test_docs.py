"""Proves that the description for people names what the listener really serves."""

import re
from pathlib import Path

import httpx

from monitor.web.ops.errors import CODES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


async def test_every_call_of_the_api_is_described_and_none_besides(
    client: httpx.AsyncClient,
) -> None:
    schema = (await client.get("/api/v1/openapi.json")).json()

    served = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in schema["paths"].items()
        for method in operations
    }
    described = set(re.findall(r"^\| `((?:GET|POST) /[^`]+)` \|", DOCUMENT, re.MULTILINE))

    assert described - {"GET /metrics"} == served


def test_every_code_of_an_error_is_described() -> None:
    described = re.findall(r"^\| (\d+) \| `(\w+)` \|", DOCUMENT, re.MULTILINE)

    assert {int(status): code for status, code in described} == CODES

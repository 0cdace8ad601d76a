"""The client of a running monitor's operations API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from monitor.cli.exits import ClientError

Answer = Any
"""Whatever JSON the API sends; each command knows the shape of its own."""

_API = "/api/v1"
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a monitor listens, and the file that holds the token for writing to it."""

    url: str
    token_file: Path
    found_in: str

    @classmethod
    def find(cls, data_dir: Path, url: str | None, token_file: Path | None) -> "Address":
        """Return the address that was given, or else the one the running monitor has written."""
        token = token_file or data_dir / "token"
        if url:
            return cls(url=url.rstrip("/"), token_file=token, found_in="--url")
        record = data_dir / "monitor.json"
        try:
            written = json.loads(record.read_text(encoding="utf-8"))
            return cls(
                url=str(written["operations_url"]).rstrip("/"),
                token_file=token,
                found_in=str(record),
            )
        except FileNotFoundError:
            message = f"no monitor has been started with DATA_DIR={data_dir}: {record} is missing"
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{record} cannot be used: {type(error).__name__}"
        raise ClientError(f"{message}\n{_HOW_TO_FIND}")


_HOW_TO_FIND = (
    "Start one with `monitor run -c FILE`, or say where it is with --data-dir DIR"
    " (or the variable DATA_DIR) or --url URL."
)


class Client:
    """Speaks the operations API; every answer is JSON and every failure a `ClientError`."""

    def __init__(self, address: Address) -> None:
        self._address = address
        try:
            self._http = httpx.Client(
                base_url=address.url + _API, trust_env=False, timeout=_TIMEOUT_SECONDS
            )
        except httpx.InvalidURL as error:
            where = f"{address.url} (from {address.found_in})"
            raise ClientError(f"{where} is no URL: {error}\n{_HOW_TO_FIND}") from error

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, **query: str | float | bool | None) -> Answer:
        """Return what stands at *path*; a parameter that is None is left out."""
        given = {key: each for key, each in query.items() if each is not None}
        return self._ask("GET", path, params=given)

    def time_zone(self) -> ZoneInfo:
        """Return the zone of the platform, in which its people read and type times."""
        name = str(self.get("/platform")["time_zone"])
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ClientError(
                f"the platform's time zone {name!r} is not known here; say --time-zone"
            ) from error

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Ask for a change and return what it made."""
        if not self._token():
            raise ClientError(
                f"{self._address.token_file} holds no token, which every change needs;"
                " give --data-dir or --token-file"
            )
        return self._ask("POST", path, json=dict(body or {}))

    def _ask(self, method: str, path: str, **request: Any) -> Answer:
        token = self._token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            response = self._http.request(method, path, headers=headers, **request)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if response.is_success:
            return _json(response)
        raise ClientError(f"the monitor answered {response.status_code}: {_refusal(response)}")

    def _token(self) -> str:
        try:
            return self._address.token_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            file = self._address.token_file
            raise ClientError(f"{file} cannot be read: {type(error).__name__}") from error

    def _unreachable(self, error: httpx.HTTPError) -> ClientError:
        where = f"{self._address.url} (from {self._address.found_in})"
        return ClientError(f"no monitor answers at {where}: {type(error).__name__}\n{_HOW_TO_FIND}")


def _json(response: httpx.Response) -> Answer:
    try:
        return response.json()
    except ValueError as error:
        raise ClientError(f"{response.url} did not answer with JSON: is it a monitor?") from error


def _refusal(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase

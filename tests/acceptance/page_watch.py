"""Looks at the public page all the time and notes when an incident was first to be seen on it."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Self

import httpx

EVERY_SECONDS = 0.05
PLACE = re.compile(r"/incidents/(inc_\w+)")


class PageWatch:
    """Watches in a thread of its own for as long as the block lasts."""

    def __init__(self, page: Callable[[], httpx.Response]) -> None:
        self._page = page
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.first_seen: dict[str, datetime] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            with suppress(httpx.HTTPError):
                found = PLACE.findall(self._page().text)
                for identity in found:
                    self.first_seen.setdefault(identity, datetime.now(UTC))

"""The whole exposition: families of the present, then the monitor's own, in either format."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from itertools import chain

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.model.snapshot import Snapshot
from monitor.publish.metrics.check_families import check_families
from monitor.publish.metrics.labels import CheckLabels
from monitor.publish.metrics.negotiation import Format, negotiate
from monitor.publish.metrics.present import Present
from monitor.publish.metrics.status_families import status_families

COMPRESS_AT_ONCE = 128 * 1024
GZIP_WINDOW = 31


class Exposition:
    """Renders snapshots together with the registry of the monitor's own series."""

    def __init__(self, registry: Collector) -> None:
        self._registry = registry
        self._labels = CheckLabels()

    async def render(self, snapshot: Snapshot, accept: str = "") -> AsyncIterator[bytes]:
        """Yield the answer to a scrape in pieces, and let the event loop work between them."""
        # First, so that a collector that raises fails the scrape before half of it was sent.
        rest = self._rest(snapshot, negotiate(accept))
        for text in chain(check_families(snapshot, self._labels), status_families(snapshot)):
            if text:
                yield text.encode()
            await asyncio.sleep(0)
        yield rest

    def _rest(self, snapshot: Snapshot, format_: Format) -> bytes:
        # The encoder of OpenMetrics also writes the `# EOF` at the end of the whole.
        encode, _ = choose_encoder(format_.value)
        return encode(_Together(Present(snapshot), self._registry))


class _Together(Collector):
    """Several collectors as one, without the `_created` series that nobody asks for."""

    def __init__(self, *collectors: Collector) -> None:
        self._collectors = collectors

    def collect(self) -> Iterator[Metric]:
        for collector in self._collectors:
            for family in collector.collect():
                created = f"{family.name}_created"
                family.samples = [each for each in family.samples if each.name != created]
                yield family


async def gzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Compress *pieces* in a thread, quickly rather than small."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW)
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= COMPRESS_AT_ONCE:
            yield await asyncio.to_thread(compressor.compress, bytes(waiting))
            waiting.clear()
    yield await asyncio.to_thread(compressor.compress, bytes(waiting))
    yield compressor.flush()

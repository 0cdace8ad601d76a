"""The workers of all receivers: who gets a job, and what a reload changes."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.model.configuration import ReceiverConfig
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.deliveries.worker import Job, ReceiverWorker


class WorkerPool:
    """One worker per configured receiver, by name."""

    def __init__(
        self, receivers: Sequence[Receiver], start: Callable[[Receiver], ReceiverWorker]
    ) -> None:
        self._start = start
        self._workers = {each.name: start(each) for each in receivers}

    @property
    def configs(self) -> tuple[ReceiverConfig, ...]:
        return tuple(each.receiver.config for each in self._workers.values())

    @property
    def on_call(self) -> frozenset[str]:
        """Names of the receivers that wake people."""
        return frozenset(each.name for each in self.configs if each.on_call)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest delivery that still waits was made."""
        timely = (each for each in self._workers.values() if not each.receiver.is_bulk)
        times = [each.oldest for each in timely]
        return min((each for each in times if each is not None), default=None)

    def get(self, receiver: str) -> ReceiverWorker | None:
        return self._workers.get(receiver)

    def put(self, job: Job) -> bool:
        """Queue *job*; false where its receiver is no longer configured."""
        worker = self._workers.get(job.delivery.receiver)
        if worker is not None:
            worker.put(job)
        return worker is not None

    async def replace(self, receivers: Sequence[Receiver], grace_seconds: float) -> frozenset[str]:
        """Take over reloaded *receivers* and return the names of those that ended or began anew.

        A receiver that did not change keeps its worker, its queue and its open channel.
        """
        wanted = {each.name: each for each in receivers}
        before = self._workers
        kept = {
            name: worker
            for name, worker in before.items()
            if name in wanted and wanted[name].is_like(worker.receiver)
        }
        fresh = {name: self._start(each) for name, each in wanted.items() if name not in kept}
        self._workers = kept | fresh
        ended = [worker for name, worker in before.items() if name not in kept]
        await asyncio.gather(*(each.stop(grace_seconds) for each in ended))
        await asyncio.gather(*(wanted[name].channel.close() for name in kept))
        return frozenset({each.receiver.name for each in ended} | fresh.keys())

    async def stop(self, grace_seconds: float) -> None:
        await asyncio.gather(*(each.stop(grace_seconds) for each in self._workers.values()))

"""Makes deliveries of committed events and keeps one worker per receiver busy with them."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import replace
from random import Random

import structlog

from monitor.clock import Clock
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event
from monitor.publish.deliveries.backoff import bury, revive
from monitor.publish.deliveries.history import History
from monitor.publish.deliveries.marks import MarkWriter
from monitor.publish.deliveries.plan import EMERGENCY, dead_companions, plan
from monitor.publish.deliveries.pool import WorkerPool
from monitor.publish.deliveries.ports import DeliveryMetrics, DeliveryStore, Receiver
from monitor.publish.deliveries.recent import Recent
from monitor.publish.deliveries.result import DeliveryResult, SendReason
from monitor.publish.deliveries.worker import Job, ReceiverWorker

EVENTS_PER_READ = 100
STORE_RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class ReplayError(Exception):
    """A delivery cannot be replayed; the sentence says why."""


class UnknownDeliveryError(ReplayError):
    """There is no delivery of that id, or its event is no longer kept."""


class Dispatcher:
    """Tells receivers of events: at least once under one id, in order per subject and receiver.

    Everything is level-triggered on the store: `wake` only shortens the wait, and a restart goes
    on with what is pending.
    """

    def __init__(
        self,
        store: DeliveryStore,
        receivers: Sequence[Receiver],
        clock: Clock,
        metrics: DeliveryMetrics,
        *,
        rng: Random | None = None,
        poll_seconds: float = 5.0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._rng = rng or Random()
        self._poll_seconds = poll_seconds
        self._marks = MarkWriter(store)
        self._history = History(store, self._in_memory)
        self._pool = WorkerPool(receivers, self._worker)
        self._unsaved: dict[str, Job] = {}
        self._undispatched: list[Event] = []
        self._dispatched = Recent()
        self._finished = Recent()
        self._stale = True
        self._failing = False
        self._stopping = False
        self._wake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._marking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Dispatch until `stop`; a store that fails is asked again, and loses nothing."""
        self._running = asyncio.current_task()
        self._marking = asyncio.create_task(self._marks.run())
        while not self._stopping:
            self._wake.clear()
            seconds = self._poll_seconds if await self._step() else STORE_RETRY_SECONDS
            await self._sleep(seconds)

    def wake(self) -> None:
        """Look for new events now; called after each commit."""
        self._wake.set()

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Stop taking events, finish what is being sent and write the last marks.

        Whatever takes longer than *grace_seconds* stays pending in the store.
        """
        self._stopping = True
        self._wake.set()
        await self._pool.stop(grace_seconds)
        if self._running is not None:
            await _within(grace_seconds, self._running)
        if self._marking is not None:
            await _within(grace_seconds, self._marks.flushed())
            self._marking.cancel()

    def send_unsaved(self, events: Iterable[Event]) -> None:
        """Send alerts that the store could not take yet, under the ids they will have there.

        Call it with all uncommitted events, in order and as often as you like. What was sent
        this way is recognised when it is committed, and is not sent again by this process.
        """
        for event in (*self._undispatched, *events):
            if event.type in EMERGENCY and event.id not in self._dispatched:
                for delivery in self._plan(0, event):
                    self._put_unsaved(Job(delivery=delivery, event=event, saved=False))

    async def replay(self, delivery_id: str) -> tuple[Delivery, ...]:
        """Send a dead letter again, with all others of its subject and receiver, in order."""
        delivery = await self._store.delivery(delivery_id)
        if delivery is None:
            raise UnknownDeliveryError(f"no delivery {delivery_id}")
        if delivery.status is not DeliveryStatus.DEAD:
            raise ReplayError(f"delivery {delivery_id} is {delivery.status}, not dead")
        worker = self._pool.get(delivery.receiver)
        if worker is None:
            raise ReplayError(f"receiver {delivery.receiver} is not configured")
        history = await self._history.of(delivery.subject)
        jobs = [await self._revived(each) for each in dead_companions(delivery, history)]
        found = [each for each in jobs if each is not None]
        if not any(each.delivery.id == delivery_id for each in found):
            raise UnknownDeliveryError(f"the event of delivery {delivery_id} is no longer kept")
        worker.enable()
        for job in found:
            await self._store.mark_delivery(job.delivery)
            self._finished.discard(job.delivery.id)
            worker.put(job)
        return tuple(each.delivery for each in found)

    async def on_call_informed(self, subject: str) -> bool:
        """Return whether an on-call receiver has confirmed that it was told of *subject*."""
        return await self._history.told(subject, self._pool.on_call)

    async def replace(self, receivers: Sequence[Receiver], grace_seconds: float = 5.0) -> None:
        """Take over a reloaded configuration; receivers that did not change go on undisturbed."""
        changed = await self._pool.replace(receivers, grace_seconds)
        for job in self._unsaved.values():
            waits = job.delivery.status is DeliveryStatus.PENDING
            if waits and job.delivery.receiver in changed:
                self._put(job)
        self._stale = True
        self._wake.set()

    def oldest_seconds(self) -> float:
        """Return the age of the oldest delivery that still waits, 0 where none does."""
        oldest = self._pool.oldest
        return 0.0 if oldest is None else max(0.0, (self._clock.now() - oldest).total_seconds())

    def _worker(self, receiver: Receiver) -> ReceiverWorker:
        return ReceiverWorker(
            receiver,
            report=self._report,
            is_orphan=self._history.is_orphan,
            clock=self._clock,
            metrics=self._metrics,
            rng=self._rng,
        )

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _step(self) -> bool:
        try:
            if self._stale:
                await self._load_open()
                self._stale = False
            await self._dispatch_new()
        except Exception as error:
            log.warning("dispatch_failed", error=type(error).__name__, exc_info=not self._failing)
            # A commit whose answer was lost left deliveries that only the store knows.
            self._stale = self._failing = True
            return False
        self._failing = False
        return True

    async def _load_open(self) -> None:
        pending = await self._store.open_deliveries()
        unwritten = {each.id for each in self._marks.pending}
        for delivery, event in sorted(pending, key=lambda pair: pair[0].sequence):
            if delivery.id in self._unsaved or not (
                delivery.id in unwritten or delivery.id in self._finished
            ):
                self._adopt(delivery, event)

    async def _dispatch_new(self) -> None:
        while not self._stopping:
            events = await self._store.new_events(EVENTS_PER_READ)
            self._undispatched = [event for _, event in events]
            for sequence, event in events:
                await self._dispatch(sequence, event)
                self._undispatched.remove(event)
            if len(events) < EVENTS_PER_READ:
                return

    async def _dispatch(self, sequence: int, event: Event) -> None:
        planned = self._plan(sequence, event)
        early = [self._unsaved.get(each.id) for each in planned]
        written = [
            planned[at] if job is None else replace(job.delivery, sequence=sequence)
            for at, job in enumerate(early)
        ]
        await self._store.dispatch(sequence, written)
        self._dispatched.add(event.id)
        for delivery in written:
            self._adopt(delivery, event)

    def _adopt(self, written: Delivery, event: Event) -> None:
        """Go on with a delivery that the store has as *written*."""
        job = self._unsaved.pop(written.id, None)
        if job is None:
            self._put(Job(delivery=written, event=event))
            return
        # It left from memory, perhaps while it was being written.
        job.delivery = replace(job.delivery, sequence=written.sequence)
        job.saved = True
        if job.delivery != written:
            self._marks.put(job.delivery)

    def _plan(self, sequence: int, event: Event) -> tuple[Delivery, ...]:
        return plan(sequence, event, self._pool.configs, self._clock.now())

    def _put(self, job: Job) -> None:
        if not self._pool.put(job):
            job.delivery = bury(job.delivery, SendReason.NO_RECEIVER, "removed from configuration")
            self._metrics.count_delivery(job.delivery.receiver, DeliveryResult.DEAD)
            self._report(job)

    def _put_unsaved(self, job: Job) -> None:
        if job.delivery.id not in self._unsaved:
            self._unsaved[job.delivery.id] = job
            self._put(job)

    def _report(self, job: Job) -> None:
        if job.delivery.status is not DeliveryStatus.PENDING:
            self._finished.add(job.delivery.id)
        if job.saved:
            self._marks.put(job.delivery)

    async def _revived(self, delivery: Delivery) -> Job | None:
        event = await self._store.event(delivery.event)
        if event is None:
            return None
        return Job(delivery=revive(delivery, self._clock.now()), event=event)

    def _in_memory(self) -> Iterable[Delivery]:
        yield from (job.delivery for job in self._unsaved.values())
        yield from self._marks.pending


async def _within(seconds: float, awaitable: Awaitable[None]) -> None:
    """Await what should end soon, and cancel it where it does not."""
    task = asyncio.ensure_future(awaitable)
    await asyncio.wait([task], timeout=seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

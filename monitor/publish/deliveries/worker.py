"""Sends the deliveries of one receiver: one in flight per subject, in order, several at once."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import structlog

from monitor.clock import Clock
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event
from monitor.publish.deliveries.backoff import bury, counted_as, settle
from monitor.publish.deliveries.ports import DeliveryMetrics, Receiver
from monitor.publish.deliveries.result import DeliveryResult, SendOutcome, SendReason, SendResult

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A delivery in memory: its latest state and its event.

    *saved* is false while the store does not know the delivery. *due* is on the monotonic
    clock, so that a step of the wall clock neither holds an alert back nor repeats it early.
    """

    delivery: Delivery
    event: Event
    saved: bool = True
    due: float = 0.0

    @property
    def rank(self) -> float:
        """Its place in the lane; what the store does not know yet comes last."""
        return self.delivery.sequence if self.saved else float("inf")


class ReceiverWorker:
    """All lanes of one receiver; a lane is the ordered deliveries of one subject.

    *report* hears of every new state of a job, *is_orphan* answers whether a delivery's trigger
    is a dead letter. After the receiver said that it is gone, deliveries die untried.
    """

    def __init__(
        self,
        receiver: Receiver,
        *,
        report: Callable[[Job], None],
        is_orphan: Callable[[Delivery], Awaitable[bool]],
        clock: Clock,
        metrics: DeliveryMetrics,
        rng: Random,
    ) -> None:
        self.receiver = receiver
        self._report = report
        self._is_orphan = is_orphan
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._lanes: dict[str, list[Job]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sending: set[str] = set()
        self._slots = asyncio.Semaphore(receiver.concurrency)
        self._not_before = 0.0
        self._gone = False
        self._stopping = False

    @property
    def oldest(self) -> datetime | None:
        """When the oldest delivery that still waits was made."""
        times = [job.delivery.created_at for lane in self._lanes.values() for job in lane]
        return min(times, default=None)

    def put(self, job: Job) -> None:
        """Queue *job* behind what its subject has; a delivery that waits is not queued twice."""
        subject = job.delivery.subject
        lane = self._lanes.setdefault(subject, [])
        if any(each.delivery.id == job.delivery.id for each in lane):
            return
        job.due = self._clock.monotonic() + self._delay_of(job.delivery)
        lane.append(job)
        # The first may be on its way already, so it keeps its place.
        lane[1:] = sorted(lane[1:], key=lambda each: each.rank)
        if subject not in self._tasks and not self._stopping:
            self._tasks[subject] = asyncio.create_task(self._run_lane(subject))

    def enable(self) -> None:
        """Try a receiver again that was gone or throttled, because a person asked."""
        self._gone = False
        self._not_before = 0.0

    async def stop(self, grace_seconds: float) -> None:
        """Finish what is being sent, within *grace_seconds*; the rest stays pending."""
        self._stopping = True
        for subject, task in self._tasks.items():
            if subject not in self._sending:
                task.cancel()
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.receiver.channel.close()

    async def _run_lane(self, subject: str) -> None:
        lane = self._lanes[subject]
        try:
            while lane and not self._stopping:
                await self._turn(lane)
        finally:
            del self._tasks[subject]
            if not lane:
                del self._lanes[subject]

    async def _turn(self, lane: list[Job]) -> None:
        if (seconds := self._wait_seconds(lane[0])) > 0.0:
            await asyncio.sleep(seconds)
            return
        async with self._slots:
            # While this one waited for a slot, the receiver may have asked for a pause.
            if self._wait_seconds(lane[0]) <= 0.0:
                await self._advance(lane)

    def _wait_seconds(self, job: Job) -> float:
        return max(job.due, self._not_before) - self._clock.monotonic()

    async def _advance(self, lane: list[Job]) -> None:
        job = lane[0]
        self._sending.add(job.delivery.subject)
        try:
            await self._attempt(job)
        finally:
            self._sending.discard(job.delivery.subject)
        if job.delivery.status is not DeliveryStatus.PENDING:
            lane.pop(0)
        self._report(job)

    async def _attempt(self, job: Job) -> None:
        if self._gone:
            self._bury(job, SendReason.GONE, "the receiver answered 410 before")
        elif await self._is_orphan(job.delivery):
            self._bury(job, SendReason.TRIGGER_DEAD, "its trigger is a dead letter")
        else:
            self._settle(job, await self._send(job))

    async def _send(self, job: Job) -> SendResult:
        try:
            return await self.receiver.channel.send(job.event, job.delivery)
        except Exception as error:  # noqa: BLE001 - a bug in one channel must not end its lane
            log.error(  # noqa: TRY400 - the message of an unforeseen error may hold a secret
                "delivery_send_broke",
                delivery=job.delivery.id,
                receiver=self._name,
                error=type(error).__name__,
                stack="".join(traceback.format_tb(error.__traceback__)),
            )
            return SendResult.retry(SendReason.BUG, type(error).__name__)

    def _settle(self, job: Job, result: SendResult) -> None:
        policy = self.receiver.policy
        job.delivery = settle(job.delivery, result, policy, self._clock.now(), self._rng)
        job.due = self._clock.monotonic() + self._delay_of(job.delivery)
        if result.outcome is SendOutcome.THROTTLED:
            self._not_before = job.due
        if result.reason is SendReason.GONE:
            self._gone = True
        self._tell(job, counted_as(job.delivery, result))

    def _bury(self, job: Job, reason: SendReason, detail: str) -> None:
        job.delivery = bury(job.delivery, reason, detail)
        self._tell(job, DeliveryResult.DEAD)

    def _tell(self, job: Job, result: DeliveryResult) -> None:
        self._metrics.count_delivery(self._name, result)
        if result is not DeliveryResult.DELIVERED:
            log.warning(
                "delivery_failed",
                delivery=job.delivery.id,
                event_type=job.delivery.event_type,
                subject=job.delivery.subject,
                receiver=self._name,
                result=result.value,
                reason=job.delivery.reason,
                detail=job.delivery.detail,
                attempts=job.delivery.attempts,
            )

    def _delay_of(self, delivery: Delivery) -> float:
        """Return the seconds until *delivery* is due, whatever the wall clock did meanwhile."""
        seconds = (delivery.due_at - self._clock.now()).total_seconds()
        return min(max(seconds, 0.0), self.receiver.policy.longest_pause_seconds)

    @property
    def _name(self) -> str:
        return self.receiver.name

"""All that mail needs, built once: the desk of the page and the receiver of notices."""

from typing import Protocol

from monitor.clock import Clock
from monitor.model.configuration import Configuration, ReceiverConfig
from monitor.model.events import EventType
from monitor.publish.deliveries.backoff import RetryPolicy
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.mail.compose import Letterhead
from monitor.publish.mail.fanout import MailChannel
from monitor.publish.mail.ports import MailingStore, MailMetrics, WishStore
from monitor.publish.mail.subscribing import SubscriptionDesk
from monitor.publish.mail.tokens import Tokens

# No receiver of a configuration can have this name.
RECEIVER = "mail:subscribers"
# A correction is a notice of its own; `notice.corrected` is about the one that was wrong, which
# nobody is to read again.
EVENTS = (EventType.NOTICE_PUBLISHED.value,)
FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 900.0


class MailStore(MailingStore, WishStore, Protocol):
    """Both sides of the store of mail."""


class MailRoom:
    """Knows the letterhead of the configuration in force."""

    def __init__(self, store: MailStore, key: str, clock: Clock, metrics: MailMetrics) -> None:
        self._store = store
        self._tokens = Tokens(key.encode())
        self._clock = clock
        self._metrics = metrics
        self.desk = SubscriptionDesk(None, store, self._tokens, clock, metrics)

    def receivers(self, configuration: Configuration) -> tuple[Receiver, ...]:
        """Take over *configuration*; return the receiver that stands for all subscribers.

        It is none where no mail is configured.
        """
        head = Letterhead.of(configuration)
        self.desk.configure(head)
        if head is None:
            return ()
        policy = RetryPolicy(
            base_seconds=FIRST_PAUSE_SECONDS,
            cap_seconds=LONGEST_PAUSE_SECONDS,
            give_up_after_seconds=head.policy.give_up_after_seconds,
        )
        receiver = Receiver(
            config=ReceiverConfig(
                name=RECEIVER, type="mail", spec=head, on_call=False, events=EVENTS
            ),
            channel=MailChannel(head, self._store, self._tokens, self._clock, self._metrics),
            policy=policy,
            # One notice after the other: the recovery is not to overtake the disruption.
            concurrency=1,
            is_bulk=True,
        )
        return (receiver,)

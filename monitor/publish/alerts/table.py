"""The channels there are, and how receivers are built from a configuration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from monitor.model.configuration import ReceiverConfig
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.dingtalk import DingtalkSpec, dingtalk_channel
from monitor.publish.alerts.feishu import FeishuSpec, feishu_channel
from monitor.publish.alerts.spec import ChannelSpec
from monitor.publish.alerts.webhook import WebhookChannel, WebhookSpec
from monitor.publish.alerts.wecom import WecomSpec, wecom_channel
from monitor.publish.deliveries.backoff import RetryPolicy
from monitor.publish.deliveries.ports import Channel, Receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverType:
    """A kind of channel: the spec that configures it, and what makes a channel of a spec."""

    spec: type[ChannelSpec]
    # Each row's function takes its own spec, which one signature cannot say.
    build: Callable[[Any, ChannelContext], Channel]


RECEIVERS: dict[str, ReceiverType] = {
    "webhook": ReceiverType(spec=WebhookSpec, build=WebhookChannel),
    "dingtalk": ReceiverType(spec=DingtalkSpec, build=dingtalk_channel),
    "feishu": ReceiverType(spec=FeishuSpec, build=feishu_channel),
    "wecom": ReceiverType(spec=WecomSpec, build=wecom_channel),
}


def build_receivers(
    configs: Iterable[ReceiverConfig], context: ChannelContext
) -> tuple[Receiver, ...]:
    """Return one receiver per configuration; closing their channels is up to whoever sends."""
    return tuple(
        Receiver(
            config=each,
            channel=RECEIVERS[each.type].build(each.spec, context),
            policy=policy_of(each),
            wording=(context.links, context.names),
        )
        for each in configs
    )


def policy_of(config: ReceiverConfig) -> RetryPolicy:
    """Return how patiently a receiver is tried: on call often, the others in growing steps."""
    spec = config.spec
    give_up_after = spec.give_up_after if isinstance(spec, ChannelSpec) else None
    make = RetryPolicy.on_call if config.on_call else RetryPolicy.relaxed
    return make(give_up_after)

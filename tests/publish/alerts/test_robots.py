"""Proves that each vendor's server takes our messages, and what each of its refusals means."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.clock import SystemClock
from monitor.model.configuration import ReceiverConfig
from monitor.model.events import Event, EventType, Json
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.robot import RobotChannel
from monitor.publish.alerts.table import RECEIVERS
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.deliveries.result import SendOutcome, SendReason, SendResult
from tests.publish.alerts import robots
from tests.publish.alerts.robots import LINKS, NAMES, NOTICE, OPENED, Vendor, serving
from tests.publish.deliveries.fakes import IMPATIENT, MemoryStore, Running, delivery
from tests.support.polling import eventually_async

SECRET = "SEC-very-secret-0123456789"
DELIVERY = delivery(EventType.INCIDENT_OPENED)
VENDORS: dict[str, Callable[..., Vendor]] = {
    "dingtalk": robots.dingtalk,
    "feishu": robots.feishu,
    "wecom": robots.wecom,
}
SIGNING = ["dingtalk", "feishu"]


def channel(type_: str, url: str, **spec: Any) -> RobotChannel:
    row = RECEIVERS[type_]
    context = ChannelContext.create(SystemClock(), LINKS, NAMES)
    made = row.build(row.spec.model_validate({"url": url, **spec}), context)
    assert isinstance(made, RobotChannel)
    return made


async def send(type_: str, url: str, *events: Event, **spec: Any) -> list[SendResult]:
    sender = channel(type_, url, **spec)
    try:
        return [await sender.send(each, DELIVERY) for each in events or (OPENED,)]
    finally:
        await sender.close()


def notice(text: str) -> Event:
    said: Json = {"zh-CN": {"subject": "公告", "text": text}}
    return robots.of(EventType.NOTICE_PUBLISHED, {**NOTICE.data, "texts": said})


@pytest.mark.parametrize("type_", VENDORS)
async def test_a_robot_takes_every_kind_of_message(type_: str) -> None:
    for event in robots.EVENTS.values():
        async with serving(VENDORS[type_]()) as vendor:
            assert await send(type_, vendor.url, event) == [SendResult.delivered()]


@pytest.mark.parametrize("type_", SIGNING)
async def test_a_signature_is_the_one_that_the_vendor_computes(type_: str) -> None:
    async with serving(VENDORS[type_](secret=SECRET)) as vendor:
        (taken,) = await send(type_, vendor.url, secret=SECRET)
        (forged,) = await send(type_, vendor.url, secret="SEC-another-0123456789")
        (unsigned,) = await send(type_, vendor.url)

    assert taken == SendResult.delivered()
    assert (forged.outcome, forged.reason) == (SendOutcome.RETRY, SendReason.AUTH)
    assert unsigned.reason is SendReason.AUTH


@pytest.mark.parametrize("type_", SIGNING)
async def test_a_keyword_is_in_every_message_however_long(type_: str) -> None:
    long = notice("账务\n\n" * 20_000)
    async with serving(VENDORS[type_](keyword="可用性")) as vendor:
        without, taken = (
            (await send(type_, vendor.url))[0],
            (await send(type_, vendor.url, long, keyword="可用性"))[0],
        )

    assert without.reason is SendReason.AUTH
    assert taken == SendResult.delivered()


@pytest.mark.parametrize("text", ["账务" * 9_000, "a" * 30_000, "账务。\n\n" * 3_000])
async def test_wecom_gets_no_more_bytes_than_it_takes_and_the_link_stays(text: str) -> None:
    async with serving(robots.wecom()) as vendor:
        assert await send("wecom", vendor.url, notice(text)) == [SendResult.delivered()]

    content = vendor.bodies[0]["markdown"]["content"]
    assert 4090 <= len(content.encode()) <= 4096
    assert "�" not in content
    assert content.endswith("(https://status.test/incidents/inc_k3jq7zt5m2lxyw4a)")


@pytest.mark.parametrize("type_", VENDORS)
async def test_a_vendor_that_was_asked_too_often_is_left_alone(type_: str) -> None:
    async with serving(VENDORS[type_](most=1)) as vendor:
        first, second = await send(type_, vendor.url, OPENED, OPENED)

    assert first == SendResult.delivered()
    assert (second.outcome, second.reason) == (SendOutcome.THROTTLED, SendReason.RATE_LIMITED)
    assert second.retry_after_seconds is not None
    assert second.retry_after_seconds >= 60


@pytest.mark.parametrize(("type_", "most"), [("dingtalk", 20), ("feishu", 5), ("wecom", 20)])
async def test_the_vendors_limit_is_never_reached(type_: str, most: int) -> None:
    async with serving(VENDORS[type_]()) as vendor:
        sender = channel(type_, vendor.url)
        results = await asyncio.gather(*(sender.send(OPENED, DELIVERY) for _ in range(most + 3)))
        await sender.close()

    held_back = [each for each in results if each.outcome is SendOutcome.THROTTLED]
    assert len(vendor.requests) == most
    assert len(held_back) == 3
    assert all(0 < (each.retry_after_seconds or 0) <= 60 for each in held_back)


@dataclass(frozen=True)
class Refusal:
    type_: str
    status: int
    body: dict[str, Any]
    outcome: SendOutcome
    reason: SendReason


REFUSALS = [
    Refusal("dingtalk", 200, {"errcode": 460101}, SendOutcome.PERMANENT, SendReason.CLIENT_ERROR),
    Refusal("dingtalk", 200, {"errcode": -1}, SendOutcome.RETRY, SendReason.SERVER_ERROR),
    Refusal("dingtalk", 200, {"errcode": 99999}, SendOutcome.RETRY, SendReason.CLIENT_ERROR),
    Refusal("dingtalk", 200, {"hello": 1}, SendOutcome.RETRY, SendReason.CLIENT_ERROR),
    Refusal("dingtalk", 503, {"errcode": 0}, SendOutcome.RETRY, SendReason.SERVER_ERROR),
    Refusal("feishu", 200, {"code": 19001}, SendOutcome.RETRY, SendReason.AUTH),
    Refusal("feishu", 400, {"code": 9499}, SendOutcome.PERMANENT, SendReason.CLIENT_ERROR),
    Refusal("feishu", 429, {"code": 11232}, SendOutcome.THROTTLED, SendReason.RATE_LIMITED),
    Refusal("feishu", 200, {"StatusCode": 19022}, SendOutcome.RETRY, SendReason.AUTH),
    Refusal("wecom", 200, {"errcode": 93000}, SendOutcome.RETRY, SendReason.AUTH),
    Refusal("wecom", 200, {"errcode": 40058}, SendOutcome.PERMANENT, SendReason.CLIENT_ERROR),
    Refusal("wecom", 429, {}, SendOutcome.THROTTLED, SendReason.RATE_LIMITED),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda each: f"{each.type_}-{each.body}")
async def test_a_200_is_read_before_it_is_believed(case: Refusal) -> None:
    vendor = Vendor(judge=lambda *_: (case.status, case.body), path="/send")
    async with serving(vendor):
        (result,) = await send(case.type_, vendor.url)

    assert (result.outcome, result.reason) == (case.outcome, case.reason)


@pytest.mark.parametrize("type_", VENDORS)
async def test_no_secret_is_in_what_is_logged_or_kept(type_: str) -> None:
    def echo(_vendor: Vendor, request: Any) -> tuple[int, dict[str, Any]]:
        said = f"{request.path} {request.path.split('=')[-1]} {spec.get('secret', '')}"
        return 200, {"errcode": 310000, "errmsg": said}

    spec = {"secret": SECRET} if type_ in SIGNING else {}
    vendor = VENDORS[type_]()
    vendor.judge = echo
    store = MemoryStore()
    store.commit(OPENED)
    async with serving(vendor):
        made = channel(type_, vendor.url, **spec)
        config = ReceiverConfig(name="group", type=type_, spec=None)
        with capture_logs() as logs:
            async with Running(store, Receiver(config=config, channel=made, policy=IMPATIENT)):
                await eventually_async(lambda: any(e.detail for e in store.rows.values()))

    shown = f"{logs} {store.rows}"
    assert "redacted" in shown
    for secret in (SECRET, "d1ngt4lkt0ken", "f315hu-t0ken-0123456789", "w3c0m-k3y-0123"):
        assert secret not in shown


async def test_people_are_called_when_trouble_begins_and_not_again() -> None:
    taken = robots.EVENTS["taken"]
    async with serving(robots.dingtalk()) as vendor:
        await send("dingtalk", vendor.url, OPENED, taken, mobiles=["13800000000"], at_all=True)
    called, quiet = vendor.bodies

    assert called["at"] == {"atMobiles": ["13800000000"], "isAtAll": True}
    assert "@13800000000" in called["markdown"]["text"]
    assert quiet["at"] == {"atMobiles": [], "isAtAll": False}
    assert "@" not in quiet["markdown"]["text"]


async def test_nothing_that_people_typed_becomes_a_link_a_tag_or_a_mention() -> None:
    evil = "<@all> <at id=all></at> [click](http://evil.test)\n# `x`"
    event = robots.incident(EventType.INCIDENT_UPDATED, acknowledged_by=evil)
    for type_, make in VENDORS.items():
        async with serving(make()) as vendor:
            await send(type_, vendor.url, event)
        sent = vendor.requests[0].body.decode()

        assert "<@all>" not in sent
        assert "<at id=all>" not in sent
        assert "[click](" not in sent

"""Platforms that are hard to show: many services, long names, other scripts, nothing known yet."""

from dataclasses import replace

from monitor.model.platform import LocalizedText, Service
from monitor.model.status import Status
from tests.publish.notices.worlds import CONFIGURATION, after, impact, window
from tests.web.public.scenes import ACTIVE, DATABASE, disrupted
from tests.web.public.worlds import Scene, history

MANY = 60
LONG = {
    "zh-CN": "个人消费信用分期付款及第三方商户跨境扫码支付统一受理服务" * 2,
    "en": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}
RIGHT_TO_LEFT = {"zh-CN": "دفع الفواتير", "en": "دفع الفواتير"}
# Refused in what people write, and harmless all the same where a name stands by itself.
TURNING = {"zh-CN": "دفع \u202eالفواتير", "en": "دفع \u202eالفواتير"}
MARKUP = {"zh-CN": "<b>借&呗</b>\"'", "en": '<script>alert(1)</script> & "more"'}


def of_services(*services: Service) -> Scene:
    """Return a scene of other services than the usual ones."""
    scene = Scene(
        configuration=replace(CONFIGURATION, services=services),
        statuses=dict.fromkeys((each.name for each in services), Status.OPERATIONAL),
    )
    scene.days = {each.name: history(scene.now) for each in services}
    return scene


async def crowded() -> Scene:
    """Return 60 services, every seventh of them not well."""
    scene = of_services(
        *(
            Service(
                name=f"service-{number:02}",
                names={"zh-CN": f"第 {number} 号业务", "en": f"Line of business {number}"},
                depends_on=(),
            )
            for number in range(MANY)
        )
    )
    scene.set(Status.DEGRADED, *list(scene.statuses)[::7])
    return scene


async def wordy() -> Scene:
    """Return names that are long, turn the direction of writing, or look like markup."""
    return named(LONG, TURNING, MARKUP)


def named(*names: LocalizedText) -> Scene:
    """Return a scene of services with these names, descriptions and pieces of advice."""
    return of_services(
        *(
            Service(
                name=f"service-{number}",
                names=each,
                descriptions=each,
                depends_on=(),
                advice=each,
            )
            for number, each in enumerate(names)
        )
    )


async def troubled() -> Scene:
    """Return hard names in an incident, in maintenance under way and in one ahead."""
    scene = named(LONG, RIGHT_TO_LEFT, MARKUP)
    incident = replace(DATABASE, impact=(impact("service-0"), impact("service-2")))
    ahead = window(id="mnt_aheadaheadahead1", services=("service-0", "service-1"), title=LONG)
    scene.set(Status.MAJOR_OUTAGE, "service-0", "service-2")
    scene.set(Status.MAINTENANCE, "service-1")
    await scene.step(60, incident, ahead)
    begun = replace(ACTIVE, services=("service-0", "service-1"), actual_start=after(60))
    await scene.step(1900, incident, begun)
    return scene


async def fresh() -> Scene:
    """Return a platform of which nothing was ever known."""
    scene = Scene()
    scene.set(Status.UNKNOWN)
    return scene


async def empty() -> Scene:
    """Return a platform without services."""
    return of_services()


async def lengthy() -> Scene:
    """Return an incident of twelve hours, with an update every half hour."""
    scene = await disrupted()
    (incident,) = [each for each in scene.incidents.values() if not each.status.is_ended]
    for half_hour in range(2, 26):
        await scene.step(half_hour * 1801, incident)
    return scene


HARD_SCENES = {
    "crowded": crowded,
    "wordy": wordy,
    "troubled": troubled,
    "fresh": fresh,
    "empty": empty,
    "lengthy": lengthy,
}

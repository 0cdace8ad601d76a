"""Platforms that are hard to show: many services, long names, other scripts, nothing known yet."""

from dataclasses import replace

from monitor.model.platform import Service
from monitor.model.status import Status
from tests.publish.notices.worlds import CONFIGURATION
from tests.web.public.scenes import disrupted
from tests.web.public.worlds import Scene, history

MANY = 60
LONG = {
    "zh-CN": "个人消费信用分期付款及第三方商户跨境扫码支付统一受理服务" * 2,
    "en": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}
RIGHT_TO_LEFT = {"zh-CN": "دفع \u202eالفواتير", "en": "دفع \u202eالفواتير"}
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
    """Return names that are long, run from right to left, or look like markup."""
    named = [LONG, RIGHT_TO_LEFT, MARKUP]
    return of_services(
        *(
            Service(
                name=f"service-{number}",
                names=names,
                descriptions=names,
                depends_on=(),
                advice=names,
            )
            for number, names in enumerate(named)
        )
    )


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
    "fresh": fresh,
    "empty": empty,
    "lengthy": lengthy,
}

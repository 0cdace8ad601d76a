"""The states that a public page must show well, each reached through the real planner."""

from dataclasses import replace

from monitor.model.business import BusinessLoss
from monitor.model.cause import Cause
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.incident import Severity
from monitor.model.incident_work import Note, Postmortem
from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.web.public.view import LastKnown
from tests.publish.notices import worlds
from tests.publish.notices.worlds import ALL_WELL, after, diagnosis, impact, recovered
from tests.web.public.worlds import Scene, history

SERVICES = tuple(ALL_WELL)
# What only operations may read is planted in it: figures, notes, the postmortem's other half.
COST = BusinessLoss(
    service="cash-loans",
    metric="ledger-primary",
    names={"zh-CN": "db-internal", "en": "db-internal"},
    since=worlds.START,
    until=after(60),
    actual=12.0,
    expected=98_765_432.0,
    weeks=4,
    at=after(60),
)
DATABASE = worlds.incident(
    diagnosis=diagnosis(Cause.DATABASE_ANOMALY),
    severity=Severity.MAJOR,
    business=(COST,),
    notes=(Note(text="10.9.8.7 told us", author="db-internal", at=after(30)),),
    postmortem=Postmortem(public={}, internal="SELECT secret", author="db-internal", at=after(60)),
)
GATEWAY = worlds.incident(
    id="inc_qrstuvwxyzabcdef",
    diagnosis=diagnosis(Cause.UNKNOWN),
    impact=(impact("checkout", Status.PARTIAL_OUTAGE),),
    started_at=after(-400_000),
)
WINDOW = worlds.window()
ACTIVE = replace(WINDOW, status=WindowStatus.IN_PROGRESS, actual_start=after(3600))


def with_history(scene: Scene) -> Scene:
    bad = {
        40: Status.MAJOR_OUTAGE,
        12: Status.DEGRADED,
        5: Status.PARTIAL_OUTAGE,
        71: Status.MAINTENANCE,
    }
    now = {name: {0: word} for name, word in scene.statuses.items() if word.is_bad}
    scene.days = {
        name: history(scene.now, bad=(bad if name == "checkout" else {}) | now.get(name, {}))
        for name in SERVICES
    }
    scene.days["credit-pay"] = history(scene.now, days=30)
    return scene


async def calm() -> Scene:
    scene = Scene()
    await scene.step(0)
    return with_history(scene)


async def with_past() -> Scene:
    """Return a calm scene with an incident and a window that are over, and one window ahead."""
    scene = Scene()
    scene.set(Status.PARTIAL_OUTAGE, "checkout")
    await scene.step(-399_000, GATEWAY)
    scene.set(Status.OPERATIONAL)
    over = replace(recovered(GATEWAY, -399_688, resolved=True), resolved_at=after(-398_000))
    await scene.step(-398_000, over)
    done = worlds.window(
        id="mnt_pastpastpastpast",
        start=after(-260_000),
        end=after(-256_400),
        services=("repayment", "cash-loans"),
        title={"zh-CN": "账务系统升级", "en": "Ledger upgrade"},
    )
    await scene.step(-300_000, done)
    begun = replace(done, status=WindowStatus.IN_PROGRESS, actual_start=after(-260_000))
    await scene.step(-259_999, begun)
    await scene.step(
        -256_000, replace(begun, status=WindowStatus.COMPLETED, actual_end=after(-256_390))
    )
    await scene.step(-1000, replace(WINDOW, created_at=after(-1000)))
    await scene.step(0)
    return with_history(scene)


async def disrupted() -> Scene:
    """Return the database down for ten minutes, its cause published."""
    scene = await with_past()
    scene.set(Status.MAJOR_OUTAGE, "cash-loans")
    scene.set(Status.PARTIAL_OUTAGE, "repayment")
    failing = replace(
        DATABASE, impact=(impact("cash-loans"), impact("repayment", Status.PARTIAL_OUTAGE))
    )
    await scene.step(60, failing)
    await scene.step(1900, failing)
    return with_history(scene)


async def watched() -> Scene:
    scene = await disrupted()
    scene.set(Status.OPERATIONAL)
    await scene.step(2000, recovered(scene.incidents[DATABASE.id], 1990))
    return scene


async def resolved() -> Scene:
    scene = await watched()
    await scene.step(2400, recovered(scene.incidents[DATABASE.id], 1990, resolved=True))
    return scene


async def maintained() -> Scene:
    scene = Scene()
    await scene.step(1, WINDOW)
    scene.set(Status.MAINTENANCE, "checkout")
    await scene.step(3601, ACTIVE)
    return with_history(scene)


async def overrunning() -> Scene:
    scene = await maintained()
    late = replace(ACTIVE, status=WindowStatus.OVERRUNNING, overrun_since=after(10800))
    scene.set(Status.MAJOR_OUTAGE, "checkout")
    await scene.step(11_101, late)
    return scene


async def blind() -> Scene:
    """Return a scene in which the monitor sees nothing, having seen all well before."""
    scene = await with_past()
    known = {name: LastKnown(Status.OPERATIONAL, after(-120)) for name in SERVICES}
    scene.last_known = known
    scene.set(Status.UNKNOWN)
    scene.faults = (
        MonitorFault(
            id="flt_x", kind=FaultKind.ISOLATED, started_at=after(-120), detail="10.9.8.7"
        ),
    )
    return scene


SCENES = {
    "calm": calm,
    "past": with_past,
    "disrupted": disrupted,
    "watched": watched,
    "resolved": resolved,
    "maintained": maintained,
    "overrunning": overrunning,
    "blind": blind,
}

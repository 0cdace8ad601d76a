"""The faults of the demo: one literal table, and how they are switched on and off.

Switching writes what is wanted; the supervisor makes it so, and touches only processes
that it started and recorded itself.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.demo.errors import (
    DemoError,
    DemoNotRunningError,
    FaultStateError,
    UnknownFaultError,
)
from monitor.demo.layout import Layout
from monitor.demo.monitor_api import MonitorApi
from monitor.demo.names import (
    BAD_DEPLOY,
    DATABASE_DOWN,
    DATABASE_LOCKED,
    GATEWAY,
    LEDGER,
    LOCKER,
    OVERLOAD,
    OVERLOAD_SECONDS,
    PLANNED_MAINTENANCE,
    RUSH,
    THIRD_PARTY_DOWN,
)
from monitor.demo.release import BAD_VERSION, GOOD_VERSION
from monitor.demo.state import DemoState, load_state
from monitor.demo.switches import Switch, Switches
from monitor.demo.waiting import wait_until

EFFECT_SECONDS = 30.0

SERVICES = ("credit-pay", "cash-loans", "repayment", "checkout")
WINDOW_LEAD = timedelta(seconds=5)
WINDOW_LENGTH = timedelta(seconds=60)
# Work begins a moment into the window, as it does where people do it.
WORK_DELAY = timedelta(seconds=1)
WINDOW_TITLE = {"zh-CN": "支付系统升级维护", "en": "Upgrade of the payment system"}

Details = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A running demo as the faults see it."""

    layout: Layout
    state: DemoState

    @property
    def monitor(self) -> MonitorApi:
        """The monitor beside this demo."""
        return MonitorApi.of(self.layout, self.state)


def _nothing_to_prepare(_: Demo) -> Details:
    return {}


def _nothing_to_follow(_: Demo) -> None:
    return


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault: what it is, the cause a monitor should find, and what makes it.

    `break_` runs before the switch is on and returns what the processes need to know;
    `repair` runs after it is off. `helper` is a process that runs while it is on,
    `stops` one that does not.
    """

    description: Mapping[str, str]
    cause: str
    break_: Callable[[Demo], Details] = _nothing_to_prepare
    repair: Callable[[Demo], None] = _nothing_to_follow
    helper: str | None = None
    stops: str | None = None
    longest_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class FaultStatus:
    """A fault as the command line lists it."""

    name: str
    description: Mapping[str, str]
    cause: str
    on: bool
    since: datetime | None


def _schedule_window(demo: Demo) -> Details:
    start = datetime.now(UTC) + WINDOW_LEAD
    end = start + WINDOW_LENGTH
    window = demo.monitor.schedule_maintenance(SERVICES, start, end, WINDOW_TITLE)
    work_from = (start + WORK_DELAY).timestamp()
    return {"window": window, "work_from": work_from, "work_until": end.timestamp()}


def _deploy(demo: Demo) -> Details:
    now = datetime.now(UTC)
    demo.monitor.report_deploy(GATEWAY, BAD_VERSION, now, "new pricing file")
    return {"version": BAD_VERSION}


def _roll_back(demo: Demo) -> None:
    now = datetime.now(UTC)
    demo.monitor.report_deploy(GATEWAY, GOOD_VERSION, now, f"roll-back of {BAD_VERSION}")


FAULTS: Mapping[str, Fault] = {
    DATABASE_DOWN: Fault(
        description={
            "en": "the ledger's database server is stopped",
            "zh-CN": "账务数据库进程停止",
        },
        cause="database_anomaly",
        stops=LEDGER,
    ),
    DATABASE_LOCKED: Fault(
        description={
            "en": "a session holds exclusive locks on the ledger's tables",
            "zh-CN": "账务数据库的表被长时间锁定",
        },
        cause="database_anomaly",
        helper=LOCKER,
    ),
    OVERLOAD: Fault(
        description={
            "en": "a rush of requests saturates the gateway's workers (at most 10 minutes)",
            "zh-CN": "请求激增，网关处理能力饱和（最多 10 分钟）",
        },
        cause="server_overload",
        helper=RUSH,
        longest_seconds=OVERLOAD_SECONDS,
    ),
    THIRD_PARTY_DOWN: Fault(
        description={
            "en": "bank channel A answers 502; its status page still says all is well",
            "zh-CN": "银行通道 A 返回 502，其状态页仍显示正常",
        },
        cause="third_party_interface",
    ),
    PLANNED_MAINTENANCE: Fault(
        description={
            "en": "a scheduled 60-second window; the gateway answers 503 with Retry-After"
            " until repaired",
            "zh-CN": "60 秒的计划维护窗口；修复之前网关返回 503 和 Retry-After",
        },
        cause="maintenance",
        break_=_schedule_window,
    ),
    BAD_DEPLOY: Fault(
        description={
            "en": "a release of the gateway whose functions answer 500, with its change event",
            "zh-CN": "网关发布了有缺陷的版本，各功能返回 500，并附变更事件",
        },
        cause="application_fault",
        break_=_deploy,
        repair=_roll_back,
    ),
}


def list_faults(data_dir: Path) -> list[FaultStatus]:
    """Return every fault and whether it is on."""
    on = Switches(Layout.at(data_dir)).on()
    return [_status(name, on.get(name)) for name in FAULTS]


def break_fault(data_dir: Path, name: str) -> FaultStatus:
    """Switch a fault on and return once it is in effect."""
    fault = _find(name)
    demo = _running(data_dir)
    switches = Switches(demo.layout)
    if name in switches.on():
        raise FaultStateError(f"{name} is on already; repair it first: monitor demo repair {name}")
    details = fault.break_(demo)
    switch = Switch(since=time.time(), details=details)
    switches.turn_on(name, switch)
    _wait_for_effect(demo.layout, name, wanted=True)
    return _status(name, switch)


def repair_faults(data_dir: Path, name: str | None = None) -> list[FaultStatus]:
    """Switch one fault off, or all that are on; return those that were."""
    if name is not None:
        _find(name)
    demo = _running(data_dir)
    on = Switches(demo.layout).on()
    if name is not None and name not in on:
        raise FaultStateError(f"{name} is not on; the faults that are: {_listed(on)}")
    names = [name] if name is not None else [each for each in FAULTS if each in on]
    return [_repair(demo, each) for each in names]


def _repair(demo: Demo, name: str) -> FaultStatus:
    Switches(demo.layout).turn_off(name)
    _wait_for_effect(demo.layout, name, wanted=False)
    FAULTS[name].repair(demo)
    return _status(name, None)


def _find(name: str) -> Fault:
    if name not in FAULTS:
        raise UnknownFaultError(f"there is no fault {name!r}; there are: {_listed(FAULTS)}")
    return FAULTS[name]


def _running(data_dir: Path) -> Demo:
    layout = Layout.at(data_dir)
    state = load_state(layout)
    if not (state.is_running and state.ready):
        raise DemoNotRunningError(f"no demo is running on {layout.data_dir}; start it: make run")
    return Demo(layout=layout, state=state)


def _wait_for_effect(layout: Layout, name: str, *, wanted: bool) -> None:
    def reached() -> bool:
        return (name in load_state(layout).faults_in_effect) is wanted

    if not wait_until(reached, EFFECT_SECONDS):
        word = "take effect" if wanted else "end"
        raise DemoError(f"{name} did not {word} within {EFFECT_SECONDS:.0f} s; see {layout.logs}")


def _status(name: str, switch: Switch | None) -> FaultStatus:
    fault = FAULTS[name]
    since = None if switch is None else datetime.fromtimestamp(switch.since, UTC)
    return FaultStatus(
        name=name,
        description=fault.description,
        cause=fault.cause,
        on=switch is not None,
        since=since,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"

"""Where the cause sits: at the failing component, at what it needs, or on the way."""

from dataclasses import replace

from monitor.diagnosis.verdict import diagnose
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.platform import Dependency, Service
from tests.diagnosis.world import (
    DATABASE,
    NETWORK,
    REFUSED,
    SERVER,
    THIRD_PARTY,
    World,
    component,
    failed,
    needs,
    platform,
    slow,
    status,
    unconnected,
)

LOST = unconnected(Kind.CONNECT_TIMEOUT, 1.5)


def test_a_fault_of_the_monitor_at_a_dependency_explains_nothing() -> None:
    broken = failed(Kind.PROBE_BUG)
    world = platform().change("gateway").round({"gateway": status(500), "ledger-tcp": broken})
    assert world.diagnose("gateway").cause is Cause.APPLICATION_FAULT


def test_a_dependency_that_another_makes_up_for_is_no_suspect() -> None:
    either = (Dependency(("db-1", "db-2")),)
    parts = (
        component("db-1", DATABASE),
        component("db-2", DATABASE),
        component("app", SERVER, either),
    )
    world = World(parts, {"one": "db-1", "two": "db-2", "home": "app"}).round(times=5)
    seen = {"db-1": REFUSED, "app": status(500)}
    verdict = world.round(seen, times=2).diagnose("app")
    assert {each.component for each in verdict.candidates} == {"app"}
    both = world.round({**seen, "db-2": REFUSED}, times=2).diagnose("app")
    assert {each.component for each in both.candidates} >= {"db-1", "db-2"}


def test_a_soft_dependency_does_not_explain_an_outage() -> None:
    parts = (
        component("cache", DATABASE),
        component("app", SERVER, needs("cache", soft=True)),
    )
    world = World(parts, {"ping": "cache", "home": "app"}).round(times=5)
    verdict = world.round({"cache": REFUSED, "app": status(500)}, times=2).diagnose("app")
    soft = next(each for each in verdict.candidates if each.component == "cache")
    assert soft.confidence < 0.5
    assert verdict.cause is Cause.UNKNOWN


def test_a_dependency_whose_probe_never_worked_is_doubted() -> None:
    parts = (component("db", DATABASE), component("app", SERVER, needs("db")))
    world = World(parts, {"sql": "db", "home": "app"}).round({"db": REFUSED}, times=5)
    verdict = world.round({"db": REFUSED, "app": status(500)}, times=2).diagnose("app")
    doubts = {each.rule for each in verdict.evidence if each.against}
    assert "never_worked" in doubts


def test_a_dependency_that_failed_clearly_later_is_doubted() -> None:
    world = platform().round({"gateway": slow(2.0), "healthz": slow(1.0)}, times=3)
    world.round({"gateway": slow(2.0), "healthz": slow(1.0), "ledger-sql": slow(1.0)}, times=2)
    candidates = world.diagnose("gateway").candidates
    later = [each for each in candidates if each.component == "ledger"]
    assert all(each.confidence < 0.4 for each in later)


def test_the_deepest_of_equally_likely_seats_is_named() -> None:
    parts = (
        component("host", SERVER),
        component("app", SERVER, needs("host")),
        component("shop", SERVER, needs("app")),
    )
    world = World(parts, {"a": "host", "b": "app", "c": "shop"}).round(times=5)
    verdict = world.round({"host": REFUSED, "app": REFUSED, "shop": REFUSED}).diagnose("shop")
    assert (verdict.cause, verdict.component) == (Cause.APPLICATION_FAULT, "host")


def test_packets_lost_on_the_way_show_in_the_steps_of_connecting() -> None:
    steps = replace(slow(1.1), connect=1.02)
    verdict = platform().round({"gateway": steps, "healthz": steps}, times=2).diagnose("gateway")
    assert (verdict.cause, verdict.subcause) == (Cause.NETWORK_FAULT, "loss")
    bank = platform().round({"bank-a": steps}, times=2).diagnose("bank-a")
    assert bank.cause is Cause.THIRD_PARTY_INTERFACE


def test_own_things_that_nothing_reaches_at_once_share_a_way() -> None:
    parts = (component("app-1", SERVER), component("db-2", DATABASE))
    world = World(parts, {"a": "app-1", "b": "db-2"}).round(times=5)
    verdict = world.round({"app-1": LOST, "db-2": LOST}, times=2).diagnose("app-1")
    assert verdict.cause is Cause.NETWORK_FAULT


def test_failures_that_began_apart_share_no_way() -> None:
    world = platform().round({"bank-b": LOST}, times=4)
    world.round({"bank-a": LOST, "bank-b": LOST}, times=2)
    rules = {each.rule for each in world.diagnose("bank-a").evidence}
    assert "other_third_parties_unreachable" not in rules


def test_a_component_of_the_network_is_a_matter_of_the_network() -> None:
    world = World((component("vpn", NETWORK),), {"ping": "vpn"}).round(times=5)
    assert world.round({"vpn": LOST}, times=2).diagnose("vpn").cause is Cause.NETWORK_FAULT


def test_inside_things_that_work_show_that_the_way_out_is_cut() -> None:
    world = platform().round({"bank-a": LOST, "bank-b": LOST}, times=2)
    rules = {each.rule for each in world.diagnose("bank-a").evidence}
    assert {"ways_lost_together", "inside_is_well"} <= rules
    outside = (component("bank-a", THIRD_PARTY), component("bank-b", THIRD_PARTY))
    alone = World(outside, {"a": "bank-a", "b": "bank-b"}).round(times=5)
    verdict = alone.round({"a": LOST, "b": LOST}, times=2).diagnose("bank-a")
    assert "inside_is_well" not in {each.rule for each in verdict.evidence}


def test_a_component_in_trouble_without_a_spell_of_its_own_has_no_onset() -> None:
    world = platform().round({"bank-a": LOST}, times=2)
    unmarked = world.case("bank-a")
    states = {
        name: replace(each, bad_since=None) if name == "bank-b-ping" else each
        for name, each in unmarked.states.items()
    }
    world.round({"bank-a": LOST, "bank-b": LOST})
    case = replace(world.case("bank-a"), states=states)
    rules = {each.rule for each in diagnose(case, world.now).evidence}
    assert "ways_lost_together" not in rules


def _platform_with_services() -> World:
    """Return a platform whose service needs the banks, which its gateway does not say it needs."""
    usual = platform()
    needy = Service(name="checkout", names={}, depends_on=needs("gateway", "bank-a", "bank-b"))
    parts = tuple(
        replace(each, depends_on=needs("ledger", "gateway-host"))
        if each.name == "gateway"
        else each
        for each in usual.components
    )
    return World(parts, usual.checks, (needy,)).round(times=10)


def test_a_gateway_that_passes_on_a_partys_failure_is_not_blamed() -> None:
    seen = {"bank-a": status(502), "bank-b": status(502), "checkout": status(502)}
    world = _platform_with_services().round(seen, times=2)
    verdict = world.diagnose("gateway")
    assert verdict.cause is Cause.UNKNOWN
    assert "application_passes_on" in {each.rule for each in verdict.evidence}


def test_errors_of_its_own_are_blamed_on_a_gateway_whatever_a_party_does() -> None:
    seen = {"bank-a": status(502), "gateway": status(500)}
    world = _platform_with_services().change("gateway").round(seen, times=2)
    assert world.diagnose("gateway").subcause == "deploy"


def test_a_gateways_502_without_a_failing_party_is_its_own() -> None:
    world = _platform_with_services().round({"checkout": status(502)}, times=2)
    assert world.diagnose("gateway").cause is Cause.APPLICATION_FAULT

"""A public face built from planted values: only what is meant for users is not planted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from monitor.model.batch import Batch
from monitor.model.cause import Cause, Diagnosis
from monitor.model.check import Check
from monitor.model.configuration import Configuration, ReceiverConfig, StoreConfig
from monitor.model.fault import MonitorFault
from monitor.model.incident import (
    Incident,
    IncidentStatus,
    Member,
    Override,
    ServiceImpact,
    Severity,
)
from monitor.model.mail import MailPolicy, MailSecurity
from monitor.model.maintenance import ExpectedPattern, Window, WindowSource, WindowStatus
from monitor.model.notice import Notice, NoticeKind, NoticeState
from monitor.model.observation import Observation, Outcome
from monitor.model.platform import Component, ComponentKind, Service
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.reporting import ReportDeadline
from monitor.model.series import Series
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Status, StatusView
from monitor.publish.mail.subscribing import SubscriptionDesk
from monitor.publish.notices.decisions import Decisions, Say
from monitor.publish.notices.publisher import NoticePublisher
from monitor.web.public.build import Record
from tests.leaks.desk import PlantedWishes
from tests.leaks.planting import SECRET, Planter
from tests.publish.notices import worlds
from tests.publish.notices.worlds import CountedNotices, FakeFacts, after
from tests.web.public.worlds import RENDERER, SINCE, Scene

ROOT = f"{SECRET} root"
CHECK = f"{SECRET} check"
INCIDENT_ID, RULE_ID, THIRD_ID = (
    "inc_abcdefghijklmnop",
    "inc_qrstuvwxyzabcdef",
    "mnt_thirdthirdthird",
)
WINDOW_ID = "mnt_ownownownownown1"
TITLE = {"zh-CN": "账务系统升级", "en": "Ledger upgrade"}
WORDS = {"zh-CN": "借款申请会保留。", "en": "Loan applications are kept."}


def configuration(plant: Planter) -> Configuration:
    """Return the platform of the other tests, its inside planted."""
    base = worlds.CONFIGURATION
    services = tuple(
        plant.make(Service, **{**_public(each), "depends_on": each.depends_on})
        for each in base.services
    )
    components = tuple(
        plant.make(
            Component,
            name=each.name if each.kind is not ComponentKind.DATABASE else ROOT,
            kind=each.kind,
            public_names=each.public_names,
            depends_on=(),
            fails_when=each.fails_when,
        )
        for each in base.components
    )
    mail = plant.make(
        MailPolicy,
        sender="Status <status@pay.example>",
        reply_to="help@pay.example",
        security=MailSecurity.NONE,
        requests_per_minute=600,
    )
    return replace(
        base,
        platform=replace(base.platform, operations_url=SECRET, runbooks_url=SECRET),
        calendar=(plant.make(Series),),
        services=services,
        components=components,
        receivers=(plant.make(ReceiverConfig),),
        report_deadlines=(plant.make(ReportDeadline),),
        store=plant.make(StoreConfig),
        mail=mail,
        static_dir=SECRET,
        warnings=(SECRET,),
    )


def _public(service: Service) -> dict[str, object]:
    """Return what users may read of a service, and what the page is made with."""
    return {
        "name": service.name,
        "names": service.names,
        "descriptions": service.descriptions,
        "advice": service.advice,
        "alternatives": service.alternatives,
        "critical": service.critical,
    }


def incident(plant: Planter, **changes: object) -> Incident:
    """Return an open incident whose every word is planted, but for the names of services."""
    verdict = plant.make(Diagnosis, cause=Cause.DATABASE_ANOMALY, confidence=0.95, component=ROOT)
    known: dict[str, object] = {
        "id": INCIDENT_ID,
        "status": IncidentStatus.OPEN,
        "severity": Severity.MAJOR,
        "root": ROOT,
        "members": (plant.make(Member, component=ROOT, recovered_at=None),),
        "impact": tuple(
            plant.make(ServiceImpact, service=name, worst=Status.MAJOR_OUTAGE, until=None)
            for name in ("cash-loans", "repayment")
        ),
        "diagnosis": verdict,
        "recovered_at": None,
        "monitoring_at": None,
        "resolved_at": None,
        "window": None,
        "regulatory": None,
        "override": plant.make(Override, cause=None, severity=None),
    }
    return plant.make(Incident, **(known | changes))


def window(plant: Planter, id_: str, **changes: object) -> Window:
    """Return a window in progress; its title is for users unless a third party wrote it."""
    known: dict[str, object] = {
        "id": id_,
        "start": after(0),
        "end": after(7200),
        "planned_end": after(7200),
        "created_at": after(-9000),
        "title": TITLE,
        "services": ("checkout",),
        "status": WindowStatus.IN_PROGRESS,
        "expected": ExpectedPattern(),
        "actual_end": None,
        "overrun_since": None,
        "verifying_since": None,
    }
    return plant.make(Window, **(known | changes))


async def planted() -> "tuple[PlantedScene, Planter]":
    """Return a face on which everything happened that users are told of."""
    plant = Planter()
    scene = PlantedScene(configuration=configuration(plant))
    scene.plant = plant
    scene.wishes = PlantedWishes(plant)
    facts = FakeFacts(services=scene.statuses, configured=scene.configuration)
    publisher = NoticePublisher(
        store=scene.store, renderer=RENDERER, facts=facts, metrics=CountedNotices()
    )
    people = Decisions(publisher, scene.store, RENDERER, facts, CountedNotices())
    scene.set(Status.MAJOR_OUTAGE, "cash-loans", "repayment")
    failing = incident(plant)
    declared = incident(
        plant, id=RULE_ID, regulatory=plant.make(RegulatoryFacts), impact=failing.impact
    )
    own = window(plant, WINDOW_ID)
    theirs = window(plant, THIRD_ID, source=WindowSource.THIRD_PARTY, components=("bank-a",))
    scene.incidents |= {each.id: each for each in (failing, declared)}
    scene.windows |= {each.id: each for each in (own, theirs)}
    publisher.restore([failing, declared], [own, theirs])
    say = Say(by=SECRET, reason=SECRET)
    for seconds in (60, 400, 1900):
        await publisher.tick(after(seconds))
    await people.say(INCIDENT_ID, WORDS, say, after(1950))
    first = next(each for each in scene.store.kept if each.subject == INCIDENT_ID)
    await people.correct(first, WORDS, say, after(1960))
    last = next(each for each in scene.store.kept if each.kind is NoticeKind.MAINTENANCE_STARTED)
    await people.retract(last, WORDS, say, after(1970))
    over = replace(failing, status=IncidentStatus.RESOLVED, recovered_at=after(2000))
    scene.incidents[failing.id] = over
    publisher.restore([], [])
    publisher.saw(Batch(at=after(2100), incidents=(over,)))
    await publisher.tick(after(2100))
    scene.store.kept += _unseen(plant, scene.store.kept)
    scene.now = after(2100)
    return scene, plant


def _unseen(plant: Planter, told: list[Notice]) -> list[Notice]:
    """Return drafts and what was taken back: nothing of them may be seen."""
    states = [each for each in NoticeState if each is not NoticeState.PUBLISHED]
    return [
        plant.make(
            Notice,
            id=f"ntc_unseen{position}",
            subject=told[0].subject,
            kind=NoticeKind.UPDATE,
            state=state,
            at=told[-1].at + timedelta(seconds=position),
        )
        for position, state in enumerate(states)
    ]


class PlantedScene(Scene):
    """A scene whose present is planted as well."""

    plant: Planter
    wishes: PlantedWishes

    def desk(self) -> SubscriptionDesk:
        """Return the open desk of its mail."""
        return self.wishes.desk(self.configuration, self.now)

    def snapshot(self) -> Snapshot:
        plain, plant = super().snapshot(), self.plant
        check = plant.make(Check, name=CHECK, component=ROOT)
        views: Mapping[str, StatusView] = {
            ROOT: plant.make(StatusView, name=ROOT, displayed=Status.MAJOR_OUTAGE)
        }
        return replace(
            plain,
            checks={CHECK: check},
            components=views,
            check_states={CHECK: plant.make(CheckState)},
            observations={CHECK: plant.make(Observation, outcome=Outcome.FAILED)},
            faults=(plant.make(MonitorFault, cleared_at=None),),
        )

    def record(self) -> Record:
        return replace(super().record(), monitored_since=SINCE)

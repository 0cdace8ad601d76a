"""The status_page probe: what a third party says of itself corroborates, and proves nothing."""

import json
from dataclasses import replace

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes import page_feed, page_incident_io, page_instatus, page_statuspage
from monitor.probes.context import ProbeContext
from monitor.probes.fetching import fetch
from monitor.probes.page import Page
from monitor.probes.page_reader import NoPageError
from monitor.probes.page_view import PageView
from monitor.probes.status_page_spec import StatusPageSpec


async def probe_status_page(spec: StatusPageSpec, context: ProbeContext) -> Observation:
    """Fetch the page; that it cannot be had, or read, says nothing of whom it tells about."""
    page = await _page(spec, context)
    if isinstance(page, Observation):
        return page
    context.recording.enter(Stage.BUSINESS)
    check = context.check
    mapping = tuple(spec.components.items())
    view = PageView(page=page, check=check.name, component=check.component, mapping=mapping)
    context.recording.signals.extend(view.signals(context.clock.now()))
    return replace(_judge(spec, view, context), announcements=view.announcements())


async def _page(spec: StatusPageSpec, context: ProbeContext) -> Page | Observation:
    recording = context.recording
    fetched = await fetch(spec, context)
    if isinstance(fetched, Observation):
        return fetched
    recording.enter(Stage.SEMANTIC)
    try:
        page = parse(fetched.body)
        if spec.components_url is None:
            return page
        components = await fetch(spec, context, spec.components_url)
        if isinstance(components, Observation):
            return components
        recording.enter(Stage.SEMANTIC)
        listed = page_instatus.parse_components(_document(components.body))
    except NoPageError as error:
        recording.see(SignalKind.CONTRACT_VIOLATION, "page", str(error))
        return recording.failed(FailureKind.CONTRACT_BROKEN, str(error))
    drifts = (*page.drifts, *listed.drifts)
    return replace(page, parts=listed.parts, lists_parts=True, drifts=drifts)


def parse(body: bytes) -> Page:
    """Return the page that a document of any of the known kinds describes; NoPageError if none."""
    if page_feed.is_feed(body):
        return page_feed.parse(body)
    document = _document(body)
    if page_incident_io.is_incident_io(document):
        return page_incident_io.parse(document)
    if page_instatus.is_instatus(document):
        return page_instatus.parse(document)
    if page_statuspage.is_statuspage(document):
        return page_statuspage.parse(document)
    raise NoPageError("neither Statuspage v2, incident.io nor Instatus")


def _document(body: bytes) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoPageError("neither JSON nor a feed") from error
    if not isinstance(document, dict):
        raise NoPageError("a JSON document, but no object")
    return document


def _judge(spec: StatusPageSpec, view: PageView, context: ProbeContext) -> Observation:
    """Return the verdict on the page, and on what it says where the check asks for that."""
    recording = context.recording
    statuses = view.statuses().items()
    failed = [f"{ours}: {status.value}" for ours, status in statuses if status in spec.failed_when]
    if failed:
        return recording.failed(FailureKind.REPORTED, "; ".join(failed))
    bad = [f"{ours}: {status.value}" for ours, status in statuses if status in spec.degraded_when]
    if bad:
        return recording.degraded(FailureKind.REPORTED, "; ".join(bad))
    drift = [each for each in recording.signals if each.kind is SignalKind.CONTRACT_VIOLATION]
    if drift:
        detail = f"{drift[0].value}: {drift[0].detail}"
        return recording.degraded(FailureKind.CONTRACT_BROKEN, detail)
    age = view.age_seconds(context.clock.now())
    if spec.stale_after is not None and age is not None and age > spec.stale_after:
        return recording.degraded(FailureKind.SILENT, f"nothing was changed for {age:.0f} s")
    return recording.succeeded()

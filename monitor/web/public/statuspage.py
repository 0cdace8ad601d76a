"""The public view in the words of Atlassian Statuspage's public API v2: services are components."""

from collections.abc import Callable, Mapping, Sequence

from monitor.model.events import Json
from monitor.model.identity import make_id
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind
from monitor.model.status import Status
from monitor.web.public.phrases import Phrases
from monitor.web.public.statuspage_words import (
    COMPONENT_STATUS,
    IMPACT,
    INDICATOR,
    WINDOW_STATUS,
    changed_at,
    component_id,
    incident_status,
    known_status,
    maybe,
    moment,
    stage_at,
    window_stage_at,
)
from monitor.web.public.view import (
    PublicIncident,
    PublicService,
    PublicUpdate,
    PublicView,
    PublicWindow,
)

Document = dict[str, Json]
NEWEST = 50


class StatuspageApi:
    """The documents of one view in one language."""

    def __init__(self, view: PublicView, phrases: Phrases) -> None:
        self._view = view
        self._phrases = phrases
        self._page_id = make_id("pg", view.platform.url, *view.platform.names.values())

    def document(self, name: str) -> Document | None:
        """Return the document at `/api/v2/<name>.json`, or None where there is no such one."""
        make = DOCUMENTS.get(name)
        return None if make is None else {"page": self._page(), **make(self)}

    def summary(self) -> Document:
        """Return all that is current."""
        windows = (*self._view.active_windows(), *self._view.upcoming_windows())
        return {
            **self.status(),
            **self.components(),
            "incidents": [self._incident(each) for each in self._view.open_incidents()],
            "scheduled_maintenances": [self._window(each) for each in windows],
        }

    def status(self) -> Document:
        """Return the one word for everything."""
        overall = self._view.overall()
        description = self._phrases.plain(f"overall_{overall.value}")
        # That work goes on too long makes an outage no smaller.
        harm = self._view.harm() or overall
        return {"status": {"indicator": INDICATOR[harm], "description": description}}

    def components(self) -> Document:
        """Return the services; one of which nothing was ever known is left out."""
        known = [each for each in self._view.services if known_status(each) is not None]
        return {"components": [self._component(each) for each in known]}

    def incidents(self) -> Document:
        """Return the newest incidents."""
        return {"incidents": [self._incident(each) for each in self._view.incidents[:NEWEST]]}

    def unresolved(self) -> Document:
        """Return the incidents that are open or watched."""
        return {"incidents": [self._incident(each) for each in self._view.open_incidents()]}

    def maintenances(self) -> Document:
        """Return the newest windows; a cancelled one is told by its notice and the calendar."""
        kept = [each for each in self._view.windows if each.status is not WindowStatus.CANCELLED]
        return self._maintenances(kept[:NEWEST])

    def upcoming(self) -> Document:
        """Return the windows that are scheduled."""
        return self._maintenances(self._view.upcoming_windows())

    def active(self) -> Document:
        """Return the windows in which work goes on."""
        return self._maintenances(self._view.active_windows())

    def _maintenances(self, windows: Sequence[PublicWindow]) -> Document:
        return {"scheduled_maintenances": [self._window(each) for each in windows]}

    def _page(self) -> Document:
        platform = self._view.platform
        return {
            "id": self._page_id,
            "name": self._phrases.text(platform.names),
            "url": platform.url,
            "time_zone": platform.time_zone,
            "updated_at": moment(changed_at(self._view)),
        }

    def _component(self, service: PublicService) -> Json:
        last = service.last_known
        unknown = service.status is Status.UNKNOWN
        return {
            "id": component_id(service.name),
            "name": self._phrases.text(service.names),
            "status": known_status(service) or COMPONENT_STATUS[Status.OPERATIONAL],
            "created_at": moment(self._view.monitored_since),
            "updated_at": moment(last.at if unknown and last else service.since),
            "position": 1 + [each.name for each in self._view.services].index(service.name),
            "description": self._phrases.text(service.descriptions) or None,
            "showcase": True,
            "start_date": self._view.monitored_since.date().isoformat(),
            "group_id": None,
            "page_id": self._page_id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _components_of(self, names: Sequence[str]) -> list[Json]:
        touched = [each for each in self._view.services if each.name in names]
        return [self._component(each) for each in touched if known_status(each) is not None]

    def _incident(self, incident: PublicIncident) -> Json:
        return {
            "id": incident.id,
            "name": self._phrases.incident_name(incident),
            "status": incident_status(incident),
            "created_at": moment(incident.updates[-1].at),
            "updated_at": moment(incident.updated_at),
            "monitoring_at": maybe(incident.monitoring_at),
            "resolved_at": maybe(incident.resolved_at),
            "impact": IMPACT[incident.severity],
            "shortlink": f"{self._view.platform.url}/incidents/{incident.id}",
            "started_at": moment(incident.started_at),
            "page_id": self._page_id,
            "incident_updates": [
                self._update(
                    each, incident.id, stage_at(incident, each), self._steps(incident, each)
                )
                for each in incident.updates
            ],
            "components": self._components_of(incident.services),
        }

    def _window(self, window: PublicWindow) -> Json:
        done = window.status is WindowStatus.COMPLETED
        return {
            "id": window.id,
            "name": self._phrases.window_name(window),
            "status": "verifying" if window.verifying else WINDOW_STATUS[window.status],
            "created_at": moment(window.created_at),
            "updated_at": moment(window.updated_at),
            "monitoring_at": None,
            "resolved_at": maybe(window.actual_end) if done else None,
            "impact": "maintenance",
            "shortlink": f"{self._view.platform.url}/maintenance/{window.id}",
            "started_at": moment(window.begins_at),
            "page_id": self._page_id,
            "incident_updates": [
                self._update(each, window.id, window_stage_at(window, each), None)
                for each in window.updates
            ],
            "components": self._components_of(window.services),
            "scheduled_for": moment(window.start),
            "scheduled_until": moment(window.end),
        }

    def _update(
        self, update: PublicUpdate, subject: str, status: str, steps: list[Json] | None
    ) -> Json:
        at, changed = moment(update.at), moment(update.changed_at)
        return {
            "id": update.id,
            "incident_id": subject,
            "status": status,
            "body": self._phrases.notice_text(update).text,
            "created_at": at,
            "updated_at": changed,
            "display_at": at,
            "affected_components": steps,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def _steps(self, incident: PublicIncident, update: PublicUpdate) -> list[Json]:
        """Return what the update says of each service: it fails, still fails or works again."""
        good = COMPONENT_STATUS[Status.OPERATIONAL]
        return [
            {
                "code": component_id(each.service),
                "name": self._phrases.service(each.service),
                "old_status": good if update.kind is NoticeKind.DISRUPTION else bad,
                "new_status": good if update.kind in WORKING_AGAIN else bad,
            }
            for each in incident.impact
            if each.service in update.services
            for bad in [COMPONENT_STATUS[each.worst]]
        ]


WORKING_AGAIN = (NoticeKind.MONITORING, NoticeKind.RECOVERY, NoticeKind.SUMMARY)

DOCUMENTS: Mapping[str, Callable[[StatuspageApi], Document]] = {
    "summary": StatuspageApi.summary,
    "status": StatuspageApi.status,
    "components": StatuspageApi.components,
    "incidents": StatuspageApi.incidents,
    "incidents/unresolved": StatuspageApi.unresolved,
    "scheduled-maintenances": StatuspageApi.maintenances,
    "scheduled-maintenances/upcoming": StatuspageApi.upcoming,
    "scheduled-maintenances/active": StatuspageApi.active,
}

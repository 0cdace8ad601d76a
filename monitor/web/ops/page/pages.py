"""Renders the operations pages from their views."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.web.ops.page.incident_view import IncidentDetail
from monitor.web.ops.page.overview import Overview
from monitor.web.ops.page.wording import Wording, label


class Pages:
    """The templates, compiled once; every value is escaped, an unknown one is an error."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("monitor.web.ops.page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["label"] = label

    def overview(self, page: Overview) -> str:
        return self._templates.get_template("overview.html").render(page=page)

    def incident(self, detail: IncidentDetail, wording: Wording) -> str:
        template = self._templates.get_template("incident.html")
        return template.render(detail=detail, head=detail.head, zone=wording.zone_name)

    def message(self, text: str) -> str:
        return self._templates.get_template("message.html").render(text=text)

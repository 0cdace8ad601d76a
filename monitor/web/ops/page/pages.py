"""Renders the operations pages from their views."""

from collections.abc import Iterable

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.web.ops.page.incident_view import IncidentDetail
from monitor.web.ops.page.notice_view import NoticesView, NoticeView
from monitor.web.ops.page.overview import Overview
from monitor.web.ops.page.runbook_view import RunbookView
from monitor.web.ops.page.wording import Wording, label
from monitor.web.ops.page.work_view import CheckView, OpeningView, WorkView
from monitor.web.ops.sessions import Session


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

    def work(self, view: WorkView, session: Session | None) -> str:
        """Render the forms of one incident."""
        return self._render("work.html", view=view, head=view.head, session=session)

    def opening(self, view: OpeningView, session: Session | None) -> str:
        """Render the form that opens an incident."""
        return self._render("open.html", view=view, session=session)

    def check(self, view: CheckView, session: Session | None) -> str:
        """Render one check with the form that mutes it."""
        return self._render("check.html", view=view, session=session)

    def notices(self, view: NoticesView) -> str:
        """Render the drafts and the notices before."""
        return self._render("notices.html", view=view)

    def notice(self, view: NoticeView, session: Session | None) -> str:
        """Render one notice with the forms to decide on it."""
        return self._render("notice.html", notice=view, session=session)

    def sign_in(self, session: Session | None, to: str, problem: str, person: str = "") -> str:
        """Render the form that asks for the token; *person* is who tried before."""
        return self._render("sign_in.html", session=session, to=to, problem=problem, person=person)

    def runbook(self, view: RunbookView) -> str:
        """Render what to do about one cause."""
        return self._render("runbook.html", view=view)

    def message(self, text: str) -> str:
        return self._render("message.html", text=text)

    def refused(self, problem: str, form: str, wrote: Iterable[tuple[str, str]]) -> str:
        """Render why a step was not taken; *form* is the path where it can be tried again.

        *wrote* is what was filled in, which no browser is sure to keep.
        """
        return self._render("refused.html", problem=problem, form=form, wrote=tuple(wrote))

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)

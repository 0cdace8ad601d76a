"""Reminds people of reports that are due; level-triggered, so that a restart catches up."""

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.incidents import work
from monitor.model.incident_work import Reminder
from monitor.model.payloads import report_payload
from monitor.model.reporting import ReportDue, ReportState, reports_due


def remind_of_reports(memory: Memory, draft: Draft) -> None:
    """Tell of every deadline once when it comes near and once when it has passed."""
    deadlines = memory.configuration.report_deadlines
    for incident in list(memory.incidents.values()) if deadlines else ():
        told = {(each.rule, each.overdue) for each in incident.reminders}
        for due in reports_due(incident, deadlines):
            state, rule = due.state(draft.now), due.deadline.rule
            overdue = state is ReportState.OVERDUE
            if state not in (ReportState.SOON, ReportState.OVERDUE) or (rule, overdue) in told:
                continue
            reminder = Reminder(rule=rule, at=draft.now, overdue=overdue)
            memory.incidents[incident.id] = work.remind(memory.incidents[incident.id], reminder)
            _tell(memory, draft, incident.id, due)


def _tell(memory: Memory, draft: Draft, identity: str, due: ReportDue) -> None:
    phase = "report_overdue" if due.state(draft.now) is ReportState.OVERDUE else "report_due"
    payload = report_payload(due, draft.now)
    draft.tell_report_due(memory.incidents[identity], due.deadline.rule, payload, phase)

"""Rows of what an incident cost in business; the public page has none of this."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.business import BusinessLoss
from monitor.model.configuration import Configuration
from monitor.model.incident import Incident
from monitor.web.ops.page.wording import Moment, Wording, english

# Below this, a tenth of an order still says something.
WHOLE_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRow:
    """One business metric over an incident; figures that are not known are empty."""

    title: str
    metric: str
    service: str
    since: Moment
    until: Moment
    expected: str
    actual: str
    difference: str
    share: str
    basis: str
    is_loss: bool
    is_final: bool


def business_rows(
    incident: Incident, configuration: Configuration, wording: Wording
) -> tuple[BusinessRow, ...]:
    """Return what *incident* cost, by service and metric."""
    names = {each.name: english(each.names, each.name) for each in configuration.services}
    return tuple(_row(each, names, wording) for each in incident.business)


def _row(loss: BusinessLoss, names: Mapping[str, str], wording: Wording) -> BusinessRow:
    lost = loss.lost
    return BusinessRow(
        title=english(loss.names, loss.metric),
        metric=loss.metric,
        service=names.get(loss.service, loss.service),
        since=wording.moment(loss.since),
        until=wording.moment(loss.until),
        expected=_figure(loss.expected),
        actual=_figure(loss.actual),
        difference=_difference(lost),
        share=f"{abs(lost) / loss.expected:.0%}" if lost and loss.expected else "",
        basis="1 earlier week" if loss.weeks == 1 else f"{loss.weeks} earlier weeks",
        is_loss=lost is not None and lost > 0,
        is_final=loss.is_final,
    )


def _figure(value: float | None) -> str:
    """Return a count as people read it: whole, or with a tenth where it is small."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == round(value) or abs(value) >= WHOLE_FROM else f"{value:,.1f}"


def _difference(lost: float | None) -> str:
    if lost is None:
        return ""
    return "as expected" if not lost else f"{_figure(abs(lost))} {'fewer' if lost > 0 else 'more'}"

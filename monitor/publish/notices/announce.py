"""The events that tell programs and people of a notice, and where users read it."""

from collections.abc import Mapping

from monitor.model.codec import to_json
from monitor.model.events import Event, EventType, Json
from monitor.model.notice import Notice, NoticeText


def public_path(notice: Notice) -> str:
    """Return where the public page shows *notice*."""
    of_window = notice.kind.value.startswith("maintenance_") or notice.facts.get("window")
    page = "/maintenance/" if of_window else "/incidents/"
    return f"{page}{notice.subject}"


def published_event(notice: Notice) -> Event:
    """Return the event that tells others of *notice*."""
    data = {**_data(notice), "path": public_path(notice)}
    return Event.of(EventType.NOTICE_PUBLISHED, notice.id, notice.revision, notice.at, data)


def waiting_event(notice: Notice) -> Event:
    """Return the event that asks people to approve *notice*; users do not see it yet."""
    data = {**_data(notice), "expires_at": to_json(notice.expires_at)}
    return Event.of(EventType.NOTICE_WAITING, notice.id, notice.revision, notice.at, data)


def overdue_event(holding: Notice) -> Event:
    """Return the event that reminds people of an update they owe, for which *holding* stands in."""
    data = {**_data(holding), "path": public_path(holding)}
    return Event.of(EventType.NOTICE_OVERDUE, holding.id, holding.revision, holding.at, data)


def corrected_event(notice: Notice) -> Event:
    """Return the event that tells of a notice that was retracted or set right."""
    step = notice.history[-1]
    data: dict[str, Json] = {
        "id": notice.id,
        "kind": notice.kind.value,
        "subject": notice.subject,
        "state": notice.state.value,
        "corrected_by": notice.corrected_by or None,
        "by": step.by,
        "reason": step.reason,
    }
    return Event.of(EventType.NOTICE_CORRECTED, notice.id, len(notice.history), step.at, data)


def _data(notice: Notice) -> dict[str, Json]:
    audiences: dict[str, Json] = {
        audience: _texts(texts) for audience, texts in notice.audiences.items()
    }
    return {
        "id": notice.id,
        "kind": notice.kind.value,
        "subject": notice.subject,
        "revision": notice.revision,
        "services": list(notice.services),
        "texts": _texts(notice.texts),
        "audiences": audiences,
        "at": to_json(notice.at),
        "next_update_by": to_json(notice.next_update_by),
    }


def _texts(texts: Mapping[str, NoticeText]) -> dict[str, Json]:
    return {locale: {"subject": text.subject, "text": text.text} for locale, text in texts.items()}

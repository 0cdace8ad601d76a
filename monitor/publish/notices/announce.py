"""The event that tells programs of a notice, and where people read it."""

from monitor.model.codec import to_json
from monitor.model.events import Event, EventType, Json
from monitor.model.notice import Notice


def public_path(notice: Notice) -> str:
    """Return where the public page shows *notice*."""
    of_window = notice.kind.value.startswith("maintenance_")
    page = "/maintenance/" if of_window else "/incidents/"
    return f"{page}{notice.subject}"


def published_event(notice: Notice) -> Event:
    """Return the event that tells others of *notice*."""
    texts: dict[str, Json] = {
        locale: {"subject": text.subject, "text": text.text}
        for locale, text in notice.texts.items()
    }
    data: dict[str, Json] = {
        "id": notice.id,
        "kind": notice.kind.value,
        "subject": notice.subject,
        "revision": notice.revision,
        "services": list(notice.services),
        "texts": texts,
        "at": to_json(notice.at),
        "next_update_by": to_json(notice.next_update_by),
        "path": public_path(notice),
    }
    return Event.of(EventType.NOTICE_PUBLISHED, notice.id, notice.revision, notice.at, data)

"""A service's status as a small picture that other pages may embed."""

from unicodedata import east_asian_width

from markupsafe import Markup

from monitor.model.status import Status
from monitor.web.public.phrases import Phrases
from monitor.web.public.view import PublicService

COLOURS = {
    Status.OPERATIONAL: "#1a7f4b",
    Status.DEGRADED: "#8a6100",
    Status.PARTIAL_OUTAGE: "#b34a00",
    Status.MAJOR_OUTAGE: "#c02b2b",
    Status.MAINTENANCE: "#2f62b8",
    Status.UNKNOWN: "#5b6470",
}
SIZE = 12
PADDING = 8
_FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_BADGE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="22" role="img"'
    ' aria-label="{label}: {word}"><title>{label}: {word}</title>'
    '<rect width="{width}" height="22" rx="4" fill="#3a4150"/>'
    '<path d="M{left} 0h{inner}a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4h-{inner}z" fill="{colour}"/>'
    '<g fill="#fff" font-family="{fonts}" font-size="12">'
    '<text x="8" y="15.5">{label}</text><text x="{start}" y="15.5">{word}</text></g></svg>'
)


def badge_of(service: PublicService, phrases: Phrases) -> bytes:
    """Return the SVG of *service*."""
    label, word = phrases.text(service.names), phrases.plain(f"status_{service.status.value}")
    left = _width(label) + 2 * PADDING
    right = _width(word) + 2 * PADDING
    picture = _BADGE.format(
        width=left + right,
        left=left,
        inner=right - 4,
        start=left + PADDING,
        colour=COLOURS[service.status],
        fonts=_FONTS,
        label=label,
        word=word,
    )
    return picture.encode()


def _width(text: str) -> int:
    """Return the width in pixels: a Chinese character is a square, a Latin one about 0.58 of it."""
    wide = sum(east_asian_width(each) in "WF" for each in text)
    return round(SIZE * (wide + 0.58 * (len(text) - wide)))

"""The base of all sections of a configuration file, and the text types they share."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from monitor.model.writing import harmful_sign


class Section(BaseModel):
    """A mapping of the file: strict, frozen, and without room for unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and text.isascii() and text.isprintable()
        fits = known and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ValueError('expected a URL such as "https://status.example.com"')
    return text.rstrip("/")


def _readable(text: str) -> str:
    if sign := harmful_sign(text):
        raise ValueError(f"the text contains {sign}, a control character that readers do not see")
    return text


Text = Annotated[str, Field(min_length=1)]

LocalizedTexts = dict[str, Annotated[Text, AfterValidator(_readable)]]
"""Text per locale; that it has all declared locales is checked once these are known."""

Name = Annotated[str, Field(min_length=1)]

BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""An http or https URL that paths can be appended to; international names as DNS spells them."""

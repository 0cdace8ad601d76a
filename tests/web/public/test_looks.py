"""What cannot be seen in a screenshot: both languages are whole, and every colour is legible."""

import re

import pytest

from monitor.web.public.documents import FOLDER
from monitor.web.public.phrases import load_words

CSS = (FOLDER / "static" / "page.css").read_text(encoding="utf-8")
WORDS = load_words()
TEXT_ON = {
    "page": ("text", "soft", "link"),
    "card": ("text", "soft", "link", "good", "slow", "part", "down", "work", "none"),
    "good-wash": ("good", "text", "soft"),
    "slow-wash": ("slow", "text", "soft"),
    "part-wash": ("part", "text", "soft"),
    "down-wash": ("down", "text", "soft"),
    "work-wash": ("work", "text", "soft"),
    "none-wash": ("none", "text", "soft"),
    "link": ("on-mark",),
}


def palette(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    light, night = (dict(re.findall(r"--([\w-]+): (#\w{6});", each)) for each in blocks[:2])
    return light | night if dark else light


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", TEXT_ON)
def test_text_is_legible_on_every_ground(ground: str, dark: bool) -> None:
    colours = palette(dark)

    weak = {
        text: round(contrast(colours[text], colours[ground]), 2)
        for text in TEXT_ON[ground]
        if contrast(colours[text], colours[ground]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_bars_stand_out_from_their_card(dark: bool) -> None:
    colours = palette(dark)

    bars = {name: colour for name, colour in colours.items() if name.startswith("bar-")}

    assert len(bars) == 5
    assert all(contrast(each, colours["card"]) >= 2.2 for each in bars.values())


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    places = {
        locale: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in words.items()}
        for locale, words in WORDS.items()
    }

    assert set(WORDS) == {"zh-CN", "en"}
    assert places["zh-CN"] == places["en"]


def test_the_style_sheet_loads_nothing() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS

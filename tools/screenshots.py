"""Pictures of the public page in every state that matters, to be looked at before a release.

Run it with `make screenshots`, or `python -m tools.screenshots FOLDER [WORD ...]`: only pictures
whose names hold every WORD are made. A name says the scene, the language, the scheme, the screen.
"""

import asyncio
import logging
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import structlog

from tests.support.browser import Browser, Screen, browser
from tests.web.public.gallery import GALLERY, View
from tests.web.public.served import served
from tests.web.public.subscriptions import FakeSubscriptions

LOCALES = ("zh-CN", "en")
SCREENS = {"desktop": (1100, 900), "phone": (390, 844)}


async def pictures(tab: Browser, folder: Path, words: Sequence[str]) -> int:
    """Take the pictures and return how many there are."""
    taken = 0
    for (name, view), locale in product(GALLERY.items(), LOCALES):
        wanted = {
            path: screen
            for scheme, (kind, size) in product(("light", "dark"), SCREENS.items())
            if all(word in (path := f"{name}-{locale}-{scheme}-{kind}") for word in words)
            for screen in [Screen(width=size[0], height=size[1], dark=scheme == "dark")]
        }
        if wanted:
            await take(tab, view, locale, {folder / f"{each}.png": wanted[each] for each in wanted})
            taken += len(wanted)
    return taken


async def take(tab: Browser, view: View, locale: str, wanted: dict[Path, Screen]) -> None:
    """Serve one scene and take its pictures."""
    async with served(await view.site(), FakeSubscriptions()) as url:
        for path, screen in wanted.items():
            await asyncio.to_thread(tab.open, f"{url}{view.address(locale)}", screen)
            await asyncio.to_thread(tab.picture, path)


def main(folder: str, *words: str) -> None:
    """Take the pictures into *folder*."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with browser() as tab:
        print(f"{asyncio.run(pictures(tab, place, words))} pictures in {place}")


if __name__ == "__main__":
    main(*sys.argv[1:])

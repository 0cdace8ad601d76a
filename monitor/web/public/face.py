"""The public face of one monitor: the site in memory, kept up to date, and its files on disk."""

import asyncio
from pathlib import Path

import structlog

from monitor.clock import Clock
from monitor.web.public.documents import Documents, load_static
from monitor.web.public.files import FileMaker, Files
from monitor.web.public.folder import PublishedFolder
from monitor.web.public.refresher import Present, RecordStore, Refresher
from monitor.web.public.site import PublicSite

log = structlog.get_logger(__name__)


class PublicFace:
    """Keeps the site fresh and, where a folder is configured, writes it out on every change."""

    def __init__(self, store: RecordStore, present: Present, clock: Clock) -> None:
        self.site = PublicSite(clock)
        self._present = present
        self._refresher = Refresher(self.site, store, present, clock)
        static = load_static()
        self._maker = FileMaker(self.site, Documents(static), static)
        self._folder: PublishedFolder | None = None
        self._place = ""
        self._making = asyncio.Lock()

    def changed(self, subject: str = "") -> None:
        """Take note that something the page shows has changed, such as a notice on *subject*."""
        self._refresher.changed(subject)

    async def run(self) -> None:
        """Refresh the site until cancelled."""
        await self._refresher.run()

    async def publish(self) -> None:
        """Write the files whenever the site shows something else, until cancelled."""
        while True:
            await self.site.wait_for_change()
            try:
                await self.write()
            except Exception:
                # The folder may be away; the page goes on, and the next change tries again.
                log.exception("static_publish_failed", folder=self._place)

    async def write(self) -> int:
        """Write what changed into the configured folder; return how many files that were."""
        place = self._present.configuration().static_dir
        if place != self._place:
            self._folder, self._place = (PublishedFolder(Path(place)) if place else None), place
        if self._folder is None or not (files := await self.files()):
            return 0
        return await asyncio.to_thread(self._folder.publish, files)

    async def files(self) -> Files:
        """Return the whole face as files; empty before anything is known."""
        view = self.site.view()
        if view is None:
            return {}
        async with self._making:
            return await asyncio.to_thread(self._maker.make, view)

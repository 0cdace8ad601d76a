"""A scene's public site on a real socket, for programs that speak HTTP themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.web.public.app import create_public_app
from monitor.web.public.site import PublicSite
from monitor.web.public.subscribing import Subscriptions
from monitor.web.serving import Serving, bind
from tests.web.public.worlds import Scene


@asynccontextmanager
async def served(
    shown: Scene | PublicSite, subscriptions: Subscriptions | None = None
) -> AsyncIterator[str]:
    """Serve a scene, or the site of one, and give the address of its root."""
    site = shown.site() if isinstance(shown, Scene) else shown
    listener = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving = Serving(create_public_app(site, subscriptions), listener)
    await serving.start()
    try:
        yield url
    finally:
        await serving.stop()

"""Where pages lead: to paths of the listener, or to files beside each other below any prefix."""

from posixpath import relpath
from typing import Protocol

INDEX = "index.html"


class Links(Protocol):
    """Writes the addresses that stand in pages; *are_files* where nobody answers behind them."""

    are_files: bool

    def page(self, path: str, locale: str) -> str:
        """Return the address of *path*, such as `/history`, in *locale*."""
        ...

    def asset(self, name: str, version: str) -> str:
        """Return the address of a static file in its *version*."""
        ...


class ListenerLinks:
    """Addresses on the listener: the language is asked for."""

    are_files = False

    def page(self, path: str, locale: str) -> str:
        return f"{path}?lang={locale}"

    def asset(self, name: str, version: str) -> str:
        return f"/static/{name}?v={version}"


class FileLinks:
    """Addresses of files, relative to the file called *here*; *default* names the main language."""

    are_files = True

    def __init__(self, here: str, default: str) -> None:
        self._folder = here.rpartition("/")[0] or "."
        self._default = default

    def page(self, path: str, locale: str) -> str:
        return relpath(file_of(path, locale, self._default), self._folder)

    def asset(self, name: str, version: str) -> str:
        return f"{relpath(f'static/{name}', self._folder)}?v={version}"


def file_of(path: str, locale: str, default: str) -> str:
    """Return the file that holds *path*: the main language at the root, others in a folder.

    A page is the index of a folder of its name, so that most hosts serve it under its path, too.
    """
    folder = "" if locale == default else f"{locale}/"
    name = path.strip("/")
    if "." in name.rpartition("/")[2]:
        return folder + name
    return f"{folder}{name}/{INDEX}" if name else folder + INDEX

"""The way to a host: straight, through a proxy, or to an address that the check gives."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that is spoken to by HTTP, and who we are to it."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a request travels; *address* stands for *host*, whose name is then not looked up."""

    proxy: Proxy | None = None
    host: str = ""
    address: str = ""

    def address_of(self, host: str) -> str:
        """Return the address that is given for *host*, or nothing."""
        return self.address if host == self.host else ""


DIRECT = Route()

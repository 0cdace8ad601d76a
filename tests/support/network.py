"""Keeps the suite on this machine: a connection beyond loopback is an error, not a packet."""

import ipaddress
import sys
from collections.abc import Callable
from typing import Any

import uvloop

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NetworkRefusedError(RuntimeError):
    """A test tried to leave the machine."""


def refuse_other_networks() -> None:
    """Watch every Python socket of this process from now on; there is no way back."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in _CONNECTING:
        _refuse_unless_local(args[1])
    elif event == "socket.getaddrinfo":
        _refuse_unless_local(args[:2])


def _refuse_unless_local(address: object) -> None:
    # Anything but a tuple is the path of a unix socket, or a datagram on a connected socket.
    if isinstance(address, tuple) and not is_local(address[0]):
        raise NetworkRefusedError(f"tests stay on loopback; refused: {address}")


def is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback or name == "0.0.0.0"
    except ValueError:
        return False


class LoopbackLoop(uvloop.Loop):
    """The loop of production; it connects past Python's sockets, so it is guarded here."""

    async def create_connection(
        self,
        protocol_factory: Callable[[], Any],
        host: Any = None,
        port: Any = None,
        **options: Any,
    ) -> Any:
        _refuse_unless_local((host, port))
        return await super().create_connection(protocol_factory, host, port, **options)

    async def create_datagram_endpoint(
        self,
        protocol_factory: Callable[[], Any],
        local_addr: Any = None,
        remote_addr: Any = None,
        **options: Any,
    ) -> Any:
        _refuse_unless_local(remote_addr)
        return await super().create_datagram_endpoint(
            protocol_factory, local_addr, remote_addr, **options
        )

    async def sock_connect(self, sock: Any, address: Any) -> Any:
        _refuse_unless_local(address)
        return await super().sock_connect(sock, address)

"""TCP connections as sockets, for probes that drive their protocol themselves."""

import asyncio
import socket


async def connected(address: str, port: int) -> socket.socket:
    """Connect to *address*; OSError where that fails, and no socket is left behind."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except BaseException:
        connection.close()
        raise
    return connection

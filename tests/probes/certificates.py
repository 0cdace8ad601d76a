"""Authorities, servers and clients with certificates of their own."""

import ssl
from pathlib import Path
from typing import Any

import trustme


def authority_file(authority: trustme.CA, folder: Path, name: str = "ca.pem") -> str:
    """Write what trusts *authority*."""
    path = folder / name
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server_side(
    authority: trustme.CA,
    name: str = "localhost",
    *,
    clients: trustme.CA | None = None,
    **dates: Any,
) -> ssl.SSLContext:
    """Return a server's context, which wants a certificate of *clients* where they are given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **dates).configure_cert(context)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        clients.configure_trust(context)
    return context


def client_files(authority: trustme.CA, folder: Path, **dates: Any) -> tuple[str, str]:
    """Write a client's certificate and key; return both paths."""
    issued = authority.issue_cert("monitor@platform.test", **dates)
    certificate, key = folder / "client.pem", folder / "client.key"
    certificate.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    return str(certificate), str(key)

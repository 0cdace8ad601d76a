"""What a certificate says: names, issuer, key and the day on which it ends."""

import base64
import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The facts of one certificate; *key* is the SHA-256 of its public key (SPKI) in base64."""

    names: frozenset[str]
    issuer: str
    key: str
    ends_at: datetime

    def days_left(self, now: datetime) -> float:
        """Return the days until it ends, negative afterwards."""
        return (self.ends_at - now) / timedelta(days=1)

    def covers(self, name: str) -> bool:
        """Say whether it is valid for *name*, a host name or an address."""
        wanted = name.lower().rstrip(".")
        return wanted in self.names or f"*.{wanted.partition('.')[2]}" in self.names


def parse(pem: bytes) -> Certificate:
    """Return the facts of a certificate; ValueError where it cannot be parsed."""
    try:
        return _facts(pem)
    except (
        UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ) as error:
        raise ValueError(str(error)) from error


def pin(text: str) -> str:
    """Return the SHA-256 of a key as base64, from base64 with or without `sha256/`, or from hex."""
    bare = text.strip().removeprefix("sha256/").removeprefix("/")
    try:
        digest = bytes.fromhex(bare) if len(bare) == 64 else base64.b64decode(bare, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise ValueError("expected the SHA-256 of a public key, in base64 or hex")
    return base64.b64encode(digest).decode()


def _facts(pem: bytes) -> Certificate:
    certificate = x509.load_pem_x509_certificate(pem)
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(
        names=frozenset(_names(certificate)),
        issuer=certificate.issuer.rfc4514_string(),
        key=base64.b64encode(hashlib.sha256(spki).digest()).decode(),
        ends_at=certificate.not_valid_after_utc,
    )


def _names(certificate: x509.Certificate) -> Iterable[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return
    for each in extension.value.get_values_for_type(x509.DNSName):
        yield each.lower()
    for address in extension.value.get_values_for_type(x509.IPAddress):
        if isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address):
            yield str(address)

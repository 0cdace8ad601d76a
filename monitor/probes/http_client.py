"""How a probe speaks HTTP: whom it trusts, who it is in TLS, and which way it takes."""

import ipaddress
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Self

from pydantic import ByteSize, Field, FilePath, field_validator, model_validator

from monitor.probes.fields import IpVersion, Spec
from monitor.probes.http_credentials import BasicAuth
from monitor.probes.http_request import Request, Trust, ascii_url, checked_url, target_of
from monitor.probes.http_route import DIRECT, Proxy, Route
from monitor.probes.resolver import check_version


class Client(Spec):
    """The options of every probe that sends requests of its own."""

    ca_file: FilePath | None = None
    verify: bool = True
    client_certificate: FilePath | None = None
    client_key: FilePath | None = None
    ip_version: IpVersion = "any"
    proxy: str | None = None
    proxy_auth: BasicAuth | None = None
    resolve: str | None = None
    follow_redirects: bool = True
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    allow_downgrade: bool = False
    max_body: Annotated[ByteSize, Field(gt=0)] = ByteSize(1024 * 1024)

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, url: str | None) -> str | None:
        if url is not None and target_of(checked_url(url)).scheme != "http":
            raise ValueError("expected a proxy such as http://proxy:3128")
        return url

    @field_validator("resolve")
    @classmethod
    def _is_address(cls, text: str | None) -> str | None:
        try:
            return None if text is None else str(ipaddress.ip_address(text))
        except ValueError as error:
            raise ValueError("expected an IP address") from error

    @model_validator(mode="after")
    def _ways_agree(self) -> Self:
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key needs client_certificate")
        if self.proxy_auth and not self.proxy:
            raise ValueError("proxy_auth needs proxy")
        if self.proxy and self.resolve:
            raise ValueError("expected proxy or resolve, not both: a proxy looks names up itself")
        if self.resolve:
            check_version(self.resolve, self.ip_version)
        return self

    def route_to(self, host: str) -> Route:
        """Return the way of requests to *host* and of what follows from them."""
        if self.proxy:
            return Route(proxy=self._proxy)
        return Route(host=host, address=self.resolve) if self.resolve else DIRECT

    @cached_property
    def _proxy(self) -> Proxy:
        target, auth = target_of(self.proxy or ""), self.proxy_auth
        return Proxy(
            host=target.host,
            port=target.port,
            username=auth.username if auth else "",
            password=auth.password.get_secret_value() if auth else "",
        )

    def compose(
        self, url: str, method: str, headers: Iterable[str], body: bytes | None, route: Route
    ) -> Request:
        """Return a request of this client; *headers* are finished lines."""
        lines = tuple(headers)
        if body is not None:
            lines += tuple(_body_lines(lines))
        return Request(
            url=ascii_url(url),
            target=target_of(url),
            method=method,
            headers=lines,
            body=body,
            trust=Trust(str(self.ca_file or ""), self.verify),
            max_body=int(self.max_body),
            route=route,
            certificate=str(self.client_certificate or ""),
            key=str(self.client_key or ""),
        )


def body_of(method: str, text: str | None) -> bytes | None:
    """Return what is sent; without a body these methods still say that its length is 0."""
    if text is not None:
        return text.encode()
    return b"" if method in {"POST", "PUT", "PATCH"} else None


def _body_lines(lines: Iterable[str]) -> Iterable[str]:
    yield "Expect:"
    if not any(each.lower().startswith("content-type:") for each in lines):
        # Without this line libcurl would claim that the body is a form.
        yield "Content-Type:"

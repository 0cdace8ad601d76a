"""In mutual TLS the check shows a certificate; one that is not accepted is our own fault."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import SignalKind
from tests.probes.certificates import authority_file, client_files, server_side
from tests.probes.conftest import Probe
from tests.probes.http_app import App, always
from tests.probes.servers import OK, answering, serving, shaking_hands
from tests.support.nginx import StartNginx

_YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    return authority_file(authority, tmp_path)


async def test_a_server_that_wants_a_certificate_gets_it(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    certificate, key = client_files(authority, tmp_path)
    async with serving(answering(OK), server_side(authority, clients=authority)) as port:
        observation = await probe(
            "http",
            url=f"https://localhost:{port}/",
            ca_file=ca_file,
            client_certificate=certificate,
            client_key=key,
        )

    assert observation.outcome is Outcome.OK


async def test_certificate_and_key_may_stand_in_one_file(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    authority.issue_cert("monitor@platform.test").private_key_and_cert_chain_pem.write_to_path(
        str(both)
    )
    async with serving(answering(OK), server_side(authority, clients=authority)) as port:
        url = f"https://localhost:{port}/"
        observation = await probe("http", url=url, ca_file=ca_file, client_certificate=str(both))

    assert observation.outcome is Outcome.OK


async def _refused(probe: Probe, context: ssl.SSLContext, **fields: Any) -> Observation:
    with shaking_hands(context) as port:
        return await probe("http", url=f"https://localhost:{port}/", **fields)


@pytest.mark.parametrize("fault", ["expired", "of strangers"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_certificate_that_is_not_accepted_is_seen(
    probe: Probe,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    fault: str,
    version: ssl.TLSVersion,
) -> None:
    issuer = trustme.CA() if fault == "of strangers" else authority
    dates = {"not_after": _YESTERDAY} if fault == "expired" else {}
    certificate, key = client_files(issuer, tmp_path, **dates)
    context = server_side(authority, clients=authority)
    context.maximum_version = version

    observation = await _refused(
        probe, context, ca_file=ca_file, client_certificate=certificate, client_key=key
    )

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.TLS_CLIENT_CERTIFICATE
    assert observation.signal(SignalKind.TLS_REASON)


@pytest.mark.external_service
@pytest.mark.parametrize("shown", [False, True], ids=["no certificate", "one of strangers"])
async def test_nginx_says_it_in_a_page_within_tls(
    probe: Probe,
    authority: trustme.CA,
    ca_file: str,
    tmp_path: Path,
    nginx: StartNginx,
    shown: bool,
) -> None:
    own = tmp_path / "server.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(own))
    certificate, key = client_files(trustme.CA(), tmp_path)
    options = {"client_certificate": certificate, "client_key": key} if shown else {}
    server = nginx(
        f"ssl_certificate {own}; ssl_certificate_key {own};"
        f"ssl_verify_client on; ssl_client_certificate {ca_file};",
        listen="ssl",
    )

    url = f"https://localhost:{server.port}/"
    observation = await probe("http", timeout=5, url=url, ca_file=ca_file, **options)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.TLS_CLIENT_CERTIFICATE
    assert observation.signal(SignalKind.HTTP_STATUS) == 400


async def test_a_file_of_ours_that_is_no_certificate_is_our_own_fault(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    async with serving(answering(OK), server_side(authority)) as port:
        url = f"https://localhost:{port}/"
        observation = await probe("http", url=url, ca_file=ca_file, client_certificate=str(empty))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.LOCAL_RESOURCE


async def test_another_origin_does_not_see_our_certificate(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    certificate, key = client_files(authority, tmp_path)
    with shaking_hands(server_side(authority, clients=authority)) as other:
        moved = App({"/": always({}, "302 Found", f"Location: https://localhost:{other}/")})
        async with serving(moved, server_side(authority, clients=authority)) as port:
            observation = await probe(
                "http",
                url=f"https://localhost:{port}/",
                ca_file=ca_file,
                client_certificate=certificate,
                client_key=key,
            )

    assert moved.paths() == ["/"]
    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.TLS_CLIENT_CERTIFICATE


async def test_the_token_endpoint_sees_our_certificate_too(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    certificate, key = client_files(authority, tmp_path)
    app = App({"/token": always({"access_token": "t"}), "/": always({})})
    async with serving(app, server_side(authority, clients=authority)) as port:
        url = f"https://localhost:{port}"
        observation = await probe(
            "http",
            url=f"{url}/",
            ca_file=ca_file,
            client_certificate=certificate,
            client_key=key,
            oauth2={"token_url": f"{url}/token", "client_id": "c", "client_secret": "s"},
        )

    assert observation.outcome is Outcome.OK
    assert app.paths() == ["/token", "/"]

"""TLS that the sql probe speaks itself."""

import ssl

from monitor.model.observation import FailureKind
from monitor.probes.sql_errors import SqlError
from monitor.probes.tls_diagnosis import TlsFault
from monitor.probes.tls_session import Identity, context_for


def context_of(identity: Identity) -> ssl.SSLContext:
    """Return how TLS is spoken as *identity*; SqlError where a file of ours cannot be used."""
    try:
        return context_for(identity)
    except OSError as error:
        fault = TlsFault(kind=FailureKind.LOCAL_RESOURCE, verify_code=0, reason="")
        detail = f"a certificate file of the check cannot be used: {error}"
        raise SqlError(detail, tls=fault) from error

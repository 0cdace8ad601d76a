"""One connection to the mail server; its answers become results, most specific first."""

import re
import ssl
from email.message import EmailMessage

import aiosmtplib

from monitor.model.mail import MailPolicy, MailSecurity
from monitor.publish.deliveries.result import SendReason, SendResult
from monitor.publish.mail.ports import MailResult

# An enhanced status code (RFC 3463) tells an address that does not exist from a policy.
_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})\b")
_BAD_ADDRESS = frozenset({550, 551, 553})
_CLOSING = 421
GOODBYE_SECONDS = 2.0


class MailServerError(Exception):
    """The mail server cannot be used now, whoever the mail is for; *result* says why."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result.detail)
        self.result = result


class SmtpSession:
    """A connection that is opened when it is needed, and again after it broke."""

    def __init__(self, policy: MailPolicy, tls: ssl.SSLContext, local_name: str) -> None:
        self._policy = policy
        self._tls = tls
        self._local_name = local_name
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> MailResult:
        """Hand *message* over for *recipient* alone; MailServerError where the server is at fault.

        A server may close a connection that it finds old: that is tried once more on a new one.
        """
        is_fresh = self._client is None
        try:
            return await self._send(message, sender, recipient)
        except aiosmtplib.SMTPServerDisconnected as error:
            await self.close()
            if is_fresh:
                raise _trouble(SendReason.NETWORK, "the mail server hung up") from error
            return await self.send(message, sender, recipient)

    async def close(self) -> None:
        """Say goodbye, as far as the server still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=GOODBYE_SECONDS)
        except (aiosmtplib.SMTPException, OSError):
            client.close()

    async def _send(self, message: EmailMessage, sender: str, recipient: str) -> MailResult:
        client = await self._connected()
        try:
            await client.send_message(message, sender=sender, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as error:
            return await self._of_recipient(error.recipients[0])
        except aiosmtplib.SMTPSenderRefused as error:
            raise _trouble(SendReason.CLIENT_ERROR, f"sender refused: {error.code}") from error
        except aiosmtplib.SMTPDataError as error:
            return MailResult.REFUSED if error.code >= 500 else MailResult.DEFERRED
        except aiosmtplib.SMTPTimeoutError as error:
            await self.close()
            raise _trouble(SendReason.TIMEOUT, "the mail server did not answer") from error
        except aiosmtplib.SMTPServerDisconnected:
            raise
        except aiosmtplib.SMTPException as error:
            await self.close()
            raise _trouble(SendReason.SERVER_ERROR, type(error).__name__) from error
        return MailResult.SENT

    async def _of_recipient(self, error: aiosmtplib.SMTPRecipientRefused) -> MailResult:
        if error.code == _CLOSING:
            await self.close()
        return result_of(error.code, error.message)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None:
            return self._client
        policy = self._policy
        client = aiosmtplib.SMTP(
            hostname=policy.host,
            port=policy.port,
            username=policy.user or None,
            password=policy.password or None,
            local_hostname=self._local_name,
            timeout=policy.timeout_seconds,
            use_tls=policy.security is MailSecurity.TLS,
            # True insists; without it the library would go on in plain text.
            start_tls=policy.security is MailSecurity.STARTTLS,
            tls_context=self._tls,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise _unreachable(error) from error
        self._client = client
        return client


def result_of(code: int, text: str) -> MailResult:
    """Return what a refused recipient means: later, never, or not this message."""
    if code < 500:
        return MailResult.DEFERRED
    if found := _ENHANCED.match(text):
        subject, detail = found.groups()
        bad = subject == "1" or (subject, detail) == ("2", "1")
    else:
        bad = code in _BAD_ADDRESS
    return MailResult.BOUNCED if bad else MailResult.REFUSED


def _unreachable(error: Exception) -> MailServerError:
    """Return why there is no connection; the library's own words may hold what was sent."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _trouble(SendReason.AUTH, f"user or password refused: {error.code}")
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return _trouble(SendReason.TIMEOUT, "no connection in time")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _trouble(SendReason.SERVER_ERROR, f"{type(error).__name__}: {error.code}")
    for each in (error, error.__cause__, error.__context__):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _trouble(SendReason.NETWORK, f"certificate rejected: {each.verify_message}")
    return _trouble(SendReason.NETWORK, type(error).__name__)


def _trouble(reason: SendReason, detail: str) -> MailServerError:
    return MailServerError(SendResult.retry(reason, detail))

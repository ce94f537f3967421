"""The carrier that hands letters to a mail server (SMTP, RFC 5321)."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from smtplib import SMTPDataError as DataError
from urllib.parse import parse_qs, unquote, urlsplit

from app.config import BadSetting
from app.delivery.errors import Undeliverable

TIMEOUT = 20.0
"""Seconds that a mail server has for each answer; all of them together stay below the time for
which a worker holds a letter."""

_PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server as ``CORRIGENDA_MAIL_URL`` names it."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    is_starttls: bool


def mail_server(url: str) -> MailServer:
    """Read ``smtp://user:password@host:587?starttls=1`` or ``smtps://…``; raise ``BadSetting``.

    Where there is a password, a plain connection is secured first unless ``starttls=0`` says
    otherwise.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        wanted = parse_qs(parts.query, strict_parsing=bool(parts.query)).get("starttls", [""])[-1]
        if not parts.hostname or wanted not in ("", "0", "1") or parts.path not in ("", "/"):
            raise ValueError
    except (KeyError, ValueError):
        # The setting itself is not shown: it may hold a password.
        raise BadSetting(
            "CORRIGENDA_MAIL_URL: write smtp://user:password@host:587?starttls=1 or smtps://…, "
            "with % signs in front of odd characters (percent-encoded)"
        ) from None
    is_tls = parts.scheme == "smtps"
    has_password = parts.password is not None
    return MailServer(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=is_tls,
        is_starttls=not is_tls and (wanted == "1" or (has_password and wanted != "0")),
    )


@dataclass(frozen=True, slots=True)
class SmtpCarrier:
    """Hands each letter to a mail server over a connection of its own."""

    server: MailServer
    site_host: str
    sender: str
    timeout: float = TIMEOUT

    def deliver(self, message: EmailMessage, _name: str) -> str:
        """Send a message to its one recipient; raise ``Undeliverable``."""
        recipient = message["To"].addresses[0].addr_spec
        try:
            with self._connected() as connection:
                options = _options(connection, recipient)
                connection.sendmail(self.sender, [recipient], message.as_bytes(), options)
        except (SMTPException, OSError) as error:
            raise _undeliverable(error) from None
        return ""

    @contextmanager
    def _connected(self) -> Iterator[SMTP]:
        connection = self._connect()
        try:
            if self.server.is_starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.server.user:
                connection.login(self.server.user, self.server.password)
            connection.ehlo_or_helo_if_needed()
            yield connection
            # From here on the letter is the server's: a farewell that fails takes nothing back.
            with suppress(SMTPException, OSError):
                connection.quit()
        finally:
            connection.close()

    def _connect(self) -> SMTP:
        where = (self.server.host, self.server.port, _greeting(self.site_host))
        if self.server.is_tls:
            context = ssl.create_default_context()
            return SMTP_SSL(*where, timeout=self.timeout, context=context)
        return SMTP(*where, timeout=self.timeout)


def _greeting(host: str) -> str:
    """Return the name with which the site introduces itself: an address goes in brackets."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _options(connection: SMTP, recipient: str) -> list[str]:
    if recipient.isascii():
        return []
    if not connection.has_extn("smtputf8"):
        raise Undeliverable(
            "The address has letters that the mail server does not know (no SMTPUTF8).",
            is_final=True,
        )
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _undeliverable(error: Exception) -> Undeliverable:
    """Say what went wrong in words that quote nothing: servers like to repeat the address."""
    if isinstance(error, SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return _refused("The mail server refused the address", code, is_final=code >= _PERMANENT)
    if isinstance(error, DataError):
        is_final = error.smtp_code >= _PERMANENT
        return _refused("The mail server refused the message", error.smtp_code, is_final=is_final)
    if isinstance(error, SMTPResponseException):
        # A sender or a password that is refused is for us to put right; the letter waits.
        words = f"The mail server refused us: {type(error).__name__}"
        return _refused(words, error.smtp_code, is_final=False)
    if TimeoutError in (type(error), type(error.__context__)):  # smtplib wraps some of them
        return Undeliverable("The mail server did not answer in time.", is_final=False)
    return Undeliverable(
        f"The mail server could not be reached: {type(error).__name__}.", is_final=False
    )


def _refused(words: str, code: int, *, is_final: bool) -> Undeliverable:
    return Undeliverable(f"{words} (SMTP {code}).", is_final=is_final)

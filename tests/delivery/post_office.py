"""A mail server of the tests' own, on this machine: it takes letters, or refuses them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 2.0.0 OK"


class PostOffice:
    """Keeps what it was sent; ``answers`` and ``delays`` say how it behaves at each command."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.delay = 0.0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Accept or refuse a recipient."""
        answer = self.answers.get("RCPT", OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a letter, perhaps slowly, or refuse it."""
        await asyncio.sleep(self.delay)
        answer = self.answers.get("DATA", OK)
        if answer == OK:
            assert isinstance(envelope.content, bytes)
            self.envelopes.append(envelope)
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Say goodbye, or fail to."""
        return self.answers.get("QUIT", "221 Bye")

    @property
    def url(self) -> str:
        """Return the address that the setting takes."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """Return whom the letters went to, in the order in which they came."""
        return [address for envelope in self.envelopes for address in envelope.rcpt_tos]


@contextmanager
def opened(office: PostOffice, **options: Any) -> Iterator[PostOffice]:
    """Keep a post office open for a while."""
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        with suppress(asyncio.CancelledError):
            controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def plain(message: EmailMessage) -> str:
    """Return the plain text of a letter."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(message: EmailMessage) -> str:
    """Return the HTML of a letter."""
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())

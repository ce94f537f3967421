"""Choosing what carries letters out of the house: a mail server, or files where there is none."""

from __future__ import annotations

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app

from app.config import BadSetting
from app.delivery.files import FileCarrier
from app.delivery.headers import one_line
from app.delivery.smtp import SmtpCarrier, mail_server


class Carrier(Protocol):
    """What delivers a letter."""

    def deliver(self, message: EmailMessage, name: str, /) -> str:
        """Deliver a message; return the file's name where it became one.

        Raises ``Undeliverable``.
        """


def chosen() -> Carrier:
    """Return the carrier that the settings ask for; raise ``BadSetting``."""
    from_whom = sender()
    url = str(current_app.config["MAIL_URL"])
    if not url:
        return FileCarrier()
    return SmtpCarrier(mail_server(url), site_host(), from_whom.addr_spec)


def sender() -> Address:
    """Return whom mails come from; without a name of its own it is the publication."""
    text = " ".join(str(current_app.config["MAIL_FROM"]).split())
    try:
        found = policy.SMTP.header_factory("From", text)
        (address,) = found.addresses
        is_whole = not found.defects and bool(address.username) and bool(address.domain)
    except (ValueError, IndexError):
        is_whole = False
    if not is_whole or not address.addr_spec.isascii():
        raise BadSetting("CORRIGENDA_MAIL_FROM: write one address, or Name <address>")
    name = address.display_name or str(current_app.config["PUBLICATION_NAME"])
    return Address(one_line(name), address.username, address.domain)


def site_host() -> str:
    """Return the name of the site's host."""
    return urlsplit(str(current_app.config["SITE_URL"])).hostname or "localhost"

"""Who sends a request, without knowing who: a network by a name that nobody can turn back."""

from __future__ import annotations

import ipaddress

from flask import request
from flask_babel import gettext as _

from app.clock import now
from app.rules.credentials import Visitor
from app.rules.devices import browser_and_system
from app.tokens import keyed_hash


def sender() -> str:
    """Return a name for the sender's network that nobody can turn back, another one every day.

    IPv6 counts by its first 64 bits, which is what one household has.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        network = "unknown"
    else:
        address = getattr(address, "ipv4_mapped", None) or address
        bits = 64 if address.version == 6 else 32
        network = str(ipaddress.ip_network((address, bits), strict=False))
    return keyed_hash("network", f"{now():%Y-%m-%d}", network).hex()


def visitor() -> Visitor:
    """Return who knocks at the desk's door."""
    browser, system = browser_and_system(request.user_agent.string)
    if browser and system:
        device = _("%(browser)s on %(system)s", browser=browser, system=system)
    else:
        device = browser or system
    return Visitor(sender(), device)

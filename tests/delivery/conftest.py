"""What tests of delivery may ask for: a post office, and letters that are owed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.delivery import carriers
from app.delivery.carriers import Carrier
from app.extensions import db
from tests.delivery.post_office import PostOffice, free_port, opened


@pytest.fixture
def office() -> PostOffice:
    """Return a post office that is closed so far."""
    return PostOffice(free_port())


@pytest.fixture
def open_office(office: PostOffice) -> Iterator[PostOffice]:
    """Return a post office that is open."""
    with opened(office):
        yield office


@pytest.fixture
def by_mail(in_app: Flask, office: PostOffice) -> Carrier:
    """Return the carrier to the post office, as the settings choose it."""
    in_app.config["MAIL_URL"] = office.url
    return carriers.chosen()


@pytest.fixture
def by_file(in_app: Flask) -> Iterator[Carrier]:
    """Return the carrier for a site without a mail server."""
    yield carriers.chosen()
    db.session.remove()

"""People at the desk by their names, the cases they work on, and what a page tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import Article, Case, Staff
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make
from tests.pages import Browser, Page, squeezed

EDDA, TOMAS = "Edda Lin", "Tomás Ferreira"


def sign_in(app: Flask, name: str = EDDA, role: Role = Role.EDITOR) -> Browser:
    """Take somebody on, and return the browser in which they are signed in."""
    with app.app_context():
        email = make.staff(role, name=name).email
    browser = Browser(app.test_client())
    browser.sign_in(email, make.PASSWORD)
    return browser


def staff_named(name: str) -> Staff:
    """Return somebody who was taken on."""
    return db.session.scalars(select(Staff).where(Staff.name == name)).one()


def case(
    app: Flask,
    status: CaseStatus = CaseStatus.RECEIVED,
    *,
    by: str = "",
    on: str = "",
    at: datetime | None = None,
    **options: Any,
) -> str:
    """Make a case that has come as far as ``status``, by somebody's hand; return its reference.

    ``on`` is the slug of its article.
    """
    with app.app_context():
        article = db.session.scalars(select(Article).where(Article.slug == on)).first()
        who = staff_named(by) if by else None
        return make.case(status, by=who, on=article, at=at or now(), **options).reference


def state(app: Flask, reference: str) -> CaseStatus:
    """Return where a case stands."""
    return stored(app, reference).status


def stored(app: Flask, reference: str) -> Case:
    """Return a case as the database has it."""
    with app.app_context():
        return db.session.scalars(select(Case).where(Case.id == int(reference[2:]))).one()


def post(app: Flask, browser: Browser, reference: str, action: str, **fields: str) -> Page:
    """Send an action on a case as it is now, whether or not its page offers that."""
    token = browser.open("/desk").html.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "seen": str(stored(app, reference).version), **fields}
    return browser.send(f"/desk/cases/{reference}/{action}", sent)


def flashed(page: Page) -> str:
    """Return what a page says about the step before."""
    return " ".join(squeezed(each.text_content()) for each in page.html.find_class("flash"))


def beside(page: Page, field: str) -> str:
    """Return the sentence beside a field; ``field`` is the id of its control."""
    found = page.html.xpath("//*[@id=$id]", id=f"{field}-error")
    return squeezed(found[0].text_content()) if found else ""

"""A small publication with something of everything, and the addresses of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.extensions import db
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from tests import make

PUBLIC_PAGES = (
    "/",
    "/search",
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/api/v1/articles",
    "/api/v1/articles/harbour",
    "/api/v1/articles/harbour/versions",
    "/api/v1/articles/harbour/versions/1",
    "/api/v1/articles/harbour/differences/1/2",
    "/api/v1/articles/harbour/corrections",
    "/api/v1/corrections",
    "/api/v1/corrections/1",
    "/about",
    "/articles/harbour",
    "/articles/harbour/versions",
    "/articles/harbour/versions/1",
    "/articles/harbour/compare/1..2",
    "/articles/harbour/corrections",
    "/corrections",
    "/corrections/1",
    "/corrections/1.bib",
    "/corrections/policy",
    "/corrections/statistics",
    "/corrections/statistics.csv",
    "/corrections/statistics.json",
    "/articles.atom",
    "/articles/harbour/corrections.atom",
    "/articles/harbour/corrections.json",
    "/articles/harbour/timemap",
    "/corrections.atom",
    "/corrections.json",
    "/humans.txt",
    "/log",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-articles-1.xml",
    "/sitemap-corrections-1.xml",
    "/sitemap-news.xml",
    "/sitemap-pages.xml",
)
PRIVATE_PAGES = (
    "/articles/harbour/report",
    "/articles/harbour/follow",
    "/reports",
    "/reports/{token}",
    "/reports/{token}/receipt",
    "/reports/{token}/receipt.txt",
    "/desk/login",
)
DESK_PAGES = (
    "/desk",
    "/desk/account",
    "/desk/account/tokens",
    "/desk/articles",
    "/desk/articles/harbour/edit",
    "/desk/cases/C-0001",
    "/desk/figures",
    "/desk/letters",
)


def publish_all() -> str:
    """Publish articles with entries of every kind; return the token of the report behind entry 1.

    The harbour has entries 1 to 4, the market is retracted (5), and the airport is as it was.
    """
    harbour = make.article(
        "harbour",
        source_name="The port’s yearbook",
        source_url="https://port.example/yearbook",
        ai_disclosure="A program sorted the figures.",
    )
    token = make.token(harbour)
    make.case_with(token, CaseStatus.CORRECTED)
    minor, update = make.edited(harbour, "nobody", "no one"), "A third basin opened."
    make.correction(harbour, kind=CorrectionKind.MINOR, text=minor, notice="A word was mended.")
    make.correction(
        harbour,
        kind=CorrectionKind.UPDATE,
        text=make.edited(harbour, "ten years.", f"ten years.\n\n{update}"),
        notice=update,
    )
    make.correction(harbour, kind=CorrectionKind.CLARIFICATION, notice="Berths, not basins.")
    market = make.article("market", headline="The market that never was", section="Trade")
    make.correction(market, kind=CorrectionKind.RETRACTION, notice="The market never was.")
    make.article("airport", headline="An airport", section="")
    return token


def staff_email(role: Role = Role.ADMIN) -> str:
    """Take somebody on, and return the address with which they sign in."""
    return make.staff(role).email


@contextmanager
def serving(database_url: str, instance: Path, **settings: Any) -> Iterator[Flask]:
    """Serve the site with settings of one's own."""
    ours = {
        "ENV": "development",
        "SECRET_KEY": "a secret for tests, which protects nothing",
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "CRITICAL",
    }
    app = create_app({**ours, **settings}, instance)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # errors become pages, as they do for readers
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()

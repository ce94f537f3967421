"""Making anew what the search finds."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.extensions import WRITE, db
from app.models import Article, Findable
from app.queries import search as search_queries
from app.rules.errors import NotAllowed
from app.rules.kinds import CorrectionKind
from app.rules.search_words import understood
from app.rules.texts import VersionText
from app.services import search
from app.services._search import find_article
from app.services.transaction import transaction
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def slugs(typed: str, language: str = "en") -> set[str]:
    """Return the slugs of what is found."""
    return {each.slug for each in search_queries.page(understood(typed, language), language, 20)}


def findables() -> int:
    """Return how many things can be found."""
    return db.session.scalar(select(func.count(Findable.id))) or 0


def lose(table: str) -> None:
    """Empty a table, as before the upgrade that brought the search."""
    db.session.rollback()
    with db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names


def change_and_regret(article_id: int, text: VersionText) -> None:
    """Let an article be found by another text, in a transaction that fails after it."""
    with transaction() as session:
        find_article(session, session.get_one(Article, article_id), text)
        raise NotAllowed("It is not to be.")


def again(limit: int = 100) -> int:
    """Let everything be found anew; return in how many steps."""
    steps, last = 0, 0
    while (reached := search.find_again(last, limit)) is not None:
        steps, last = steps + 1, reached
    return steps


@pytest.mark.parametrize("tables", [["findable_words"], ["findable_words", "findables"], []])
def test_what_was_lost_is_found_again(tables: list[str]) -> None:
    for slug in ("one", "two", "three"):
        make.correction(make.article(slug, headline="A harbour"))
    before = findables()
    for table in tables:
        lose(table)

    steps = again(2)

    assert steps == 2
    assert slugs("harbour") == slugs("berths") == {"one", "two", "three"}
    assert findables() == before == 6


def test_what_was_withdrawn_stays_withdrawn() -> None:
    on = make.article("market", body="Nobody knew the fishmonger.")
    make.correction(on, kind=CorrectionKind.RETRACTION, notice="Everything was invented.")

    again()

    assert slugs("fishmonger") == set()
    assert slugs("invented") == {"market"}


def test_another_language_is_taken_up(in_app: Flask) -> None:
    make.article("one", headline="Corrections")
    in_app.config["LANGUAGE"] = "de"
    before = slugs("Corrections", "de")

    again()

    assert before == set()
    assert slugs("Corrections", "de") == {"one"}
    assert slugs("corrected", "de") == set()


def test_nothing_is_found_of_what_was_rolled_back() -> None:
    on = make.article("harbour")

    with pytest.raises(NotAllowed):
        change_and_regret(on.id, VersionText("An unheard word"))

    assert slugs("unheard") == set()
    assert slugs("berths") == {"harbour"}

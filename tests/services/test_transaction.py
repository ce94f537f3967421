"""The one place that commits: all or nothing, and never one inside another."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Note
from app.rules.errors import Conflict
from app.services import articles
from app.services.transaction import transaction
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def _notes() -> int:
    return db.session.scalar(select(func.count(Note.id))) or 0


def _add_and_raise(note: Note, error: BaseException) -> None:
    with transaction() as session:
        session.add(note)
        session.flush()
        raise error


def test_what_is_done_inside_is_there_afterwards() -> None:
    case, by = make.case(), make.staff()
    case_id, author_id = case.id, by.id

    with transaction() as session:
        session.add(Note(case_id=case_id, author_id=author_id, at=make.NOW, text="Kept."))

    db.session.remove()
    assert _notes() == 1


def test_an_error_inside_undoes_all_of_it() -> None:
    case, by = make.case(), make.staff()
    note = Note(case_id=case.id, author_id=by.id, at=make.NOW, text="Lost.")

    with pytest.raises(Conflict):
        _add_and_raise(note, Conflict("Too late."))

    assert _notes() == 0


def test_an_interruption_inside_undoes_all_of_it() -> None:
    case, by = make.case(), make.staff()
    note = Note(case_id=case.id, author_id=by.id, at=make.NOW, text="Lost.")

    with pytest.raises(KeyboardInterrupt):
        _add_and_raise(note, KeyboardInterrupt())

    assert _notes() == 0


def test_a_transaction_refuses_to_stand_in_another() -> None:
    slug = make.article().slug

    with pytest.raises(RuntimeError, match="open already"), transaction():
        make.article("a-service-within-a-service")

    assert db.session.scalars(select(Article.slug)).all() == [slug]


def test_after_an_error_the_next_transaction_is_free_to_begin() -> None:
    with pytest.raises(Conflict), transaction():
        raise Conflict("Too late.")

    with transaction() as session:
        found = session.scalar(select(func.count(Article.id)))

    assert found == 0


def test_a_decision_is_taken_on_what_the_database_holds_now() -> None:
    on = make.article()
    assert on.latest_number == 1  # read, and so remembered by the session
    with db.engine.connect().execution_options(corrigenda_write=True) as elsewhere:
        elsewhere.execute(db.text("UPDATE articles SET slug = 'moved'"))
        elsewhere.commit()

    with transaction() as session:
        found = session.scalars(select(Article)).one().slug

    assert found == "moved"


def test_an_address_that_is_taken_is_refused_and_nothing_stored() -> None:
    make.article("the-harbour")

    with pytest.raises(Conflict, match="the-harbour"):
        make.article("the-harbour")

    assert articles.Outcome.CREATED.value == "created"
    assert db.session.scalar(select(func.count(Article.id))) == 1

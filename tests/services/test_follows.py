"""Following an article: nothing before it is confirmed, news of corrections, and an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, DeliveryState, Follow, Letter, LetterKind
from app.queries import follows as follow_queries
from app.queries.follows import link_token
from app.rules.errors import NotFound
from app.rules.kinds import CorrectionKind
from app.services import follows, outbox
from app.services._letters import UNASKED_A_DAY
from tests import make
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

CAP = int(UNASKED_A_DAY.split()[0])

EMAIL = "fan@example.org"


def kinds() -> list[LetterKind]:
    """Return the kinds of all letters, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Letter.kind).order_by(Letter.id)))


def follower(on: Article, email: str = EMAIL) -> Follow:
    """Return an address that has asked, but not confirmed."""
    follows.ask(on.id, email, at=make.NOW)
    asked = select(Follow).where(Follow.email == email, Follow.article_id == on.id)
    return db.session.scalars(asked).one()


def confirmed(on: Article, email: str = EMAIL) -> Follow:
    """Return an address that follows an article."""
    follow = follower(on, email)
    follows.confirm(follow.id, link_token(follow), at=make.NOW)
    return follow


def test_asking_owes_a_confirmation_and_nothing_else() -> None:
    on = make.article()

    follow = follower(on)

    assert follow.confirmed_at is None
    assert kinds() == [LetterKind.FOLLOW]


def test_whoever_has_not_confirmed_hears_nothing() -> None:
    on = make.article()
    follower(on)

    make.correction(on)

    assert kinds() == [LetterKind.FOLLOW]


def test_everybody_who_confirmed_hears_of_a_correction_of_this_article() -> None:
    on, other = make.article(), make.article()
    first, second = confirmed(on), confirmed(on, "second@example.org")
    confirmed(other)

    number = make.correction(on)

    news = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.FOLLOWED)).all()
    assert sorted(letter.follow_id or 0 for letter in news) == sorted([first.id, second.id])
    assert {letter.state for letter in news} == {DeliveryState.WAITING}
    assert {letter.next_try_at for letter in news} == {make.NOW}
    assert {(letter.tries, letter.problem, letter.file) for letter in news} == {(0, "", "")}
    assert number == 1


@pytest.mark.parametrize("kind", list(CorrectionKind))
def test_news_go_out_for_every_kind_but_a_minor_one(kind: CorrectionKind) -> None:
    on = make.article()
    confirmed(on)

    make.correction(on, kind=kind)

    has_news = LetterKind.FOLLOWED in kinds()
    assert has_news is (kind is not CorrectionKind.MINOR)


def test_a_correction_that_fails_owes_nothing() -> None:
    on = make.article()
    confirmed(on)

    with pytest.raises(Exception, match="entry 99"):
        make.correction(on, amends=99)

    assert kinds() == [LetterKind.FOLLOW]


def test_within_an_hour_only_one_confirmation_is_owed() -> None:
    on = make.article()
    follower(on)

    follows.ask(on.id, EMAIL, at=make.NOW + timedelta(minutes=59))
    within = kinds()
    follows.ask(on.id, "fan@EXAMPLE.org ", at=make.NOW + timedelta(minutes=61))

    assert within == [LetterKind.FOLLOW]
    assert kinds() == [LetterKind.FOLLOW] * 2
    assert db.session.scalar(select(func.count(Follow.id))) == 1


def test_the_same_asked_many_times_at_once_is_one_follow_and_one_mail(in_app: Flask) -> None:
    article_id = make.article().id

    results = at_once(in_app, 6, lambda _: follows.ask(article_id, EMAIL, at=make.NOW))

    assert results == [None] * 6
    assert kinds() == [LetterKind.FOLLOW]


def test_an_address_gets_a_limited_number_of_confirmations_a_day() -> None:
    for _ in range(CAP + 3):
        follows.ask(make.article().id, EMAIL, at=make.NOW)

    assert kinds() == [LetterKind.FOLLOW] * CAP


def test_an_article_that_is_none_cannot_be_followed() -> None:
    with pytest.raises(NotFound):
        follows.ask(404, EMAIL, at=make.NOW)


@pytest.mark.parametrize("token", ["", "0" * 26, "ü", "\ud800"])
def test_a_wrong_token_neither_confirms_nor_shows_nor_stops(token: str) -> None:
    follow = follower(make.article())

    with pytest.raises(NotFound):
        follows.confirm(follow.id, token, at=make.NOW)
    with pytest.raises(NotFound):
        follow_queries.with_token(follow.id, token)
    assert follows.stop(follow.id, token) == []

    assert db.session.scalar(select(Follow.confirmed_at)) is None
    assert db.session.scalar(select(func.count(Follow.id))) == 1


def test_the_token_of_one_does_not_open_another() -> None:
    on = make.article()
    mine, other = follower(on), follower(on, "other@example.org")

    with pytest.raises(NotFound):
        follows.confirm(other.id, link_token(mine), at=make.NOW)


def test_confirming_again_keeps_the_first_time() -> None:
    follow = confirmed(make.article())

    follows.confirm(follow.id, link_token(follow), at=make.NOW + timedelta(days=1))

    db.session.rollback()
    assert db.session.scalar(select(Follow.confirmed_at)) == make.NOW


def test_stopping_deletes_the_address_and_its_letters_and_names_their_files() -> None:
    on = make.article()
    follow, kept = confirmed(on), confirmed(on, "kept@example.org")
    number, token = follow.id, link_token(follow)
    for held in outbox.take(9, at=make.NOW):
        outbox.delivered(held, at=make.NOW, file=f"{held.id}-follow.eml")

    names = follows.stop(number, token)

    assert len(names) == 1
    assert db.session.scalars(select(Follow.email)).all() == [kept.email]
    assert db.session.scalars(select(Letter.follow_id)).all() == [kept.id]
    assert follows.stop(number, token) == []


def test_only_addresses_that_did_not_confirm_are_forgotten_after_a_week() -> None:
    on = make.article()
    confirmed(on)
    follower(on, "late@example.org")

    follows.forget_unconfirmed(at=make.NOW + timedelta(days=6))
    after_six = db.session.scalar(select(func.count(Follow.id)))
    follows.forget_unconfirmed(at=make.NOW + timedelta(days=7))

    assert after_six == 2
    assert db.session.scalars(select(Follow.email)).all() == [EMAIL]
    assert kinds() == [LetterKind.FOLLOW]

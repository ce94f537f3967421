"""Following an article: asking, confirming and stopping. An address serves nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Article, Follow, LetterKind
from app.queries.follows import is_token_of
from app.rules.errors import NotFound
from app.services._letters import forget_followers_letters, owe_follower
from app.services._limits import spend
from app.services.transaction import transaction

ASKS_EVERY = timedelta(hours=1)
"""How long after one confirmation mail the next may go to the same address and article."""

CONFIRMED_WITHIN = timedelta(days=7)
"""After this an address that has not confirmed is deleted."""


def ask(article_id: int, email: str, *, at: datetime, limits: Sequence[Sequence[str]] = ()) -> None:
    """Send an address a mail to confirm that it follows an article.

    Nothing tells whether the address follows already: whoever asks is always answered alike.
    Counts against each of ``limits``, a rate and whose it is; past one of them ``TooMany`` is
    raised.
    """
    address = _spelled(email)
    try:
        with transaction() as session:
            _ask(session, article_id, address, at)
            for limit, *who in limits:
                spend(session, limit, *who)
    except IntegrityError:
        # The same was asked at the same moment, and that mail is on its way.
        if _follow(db.session(), article_id, address) is None:
            raise


def _ask(session: Session, article_id: int, address: str, at: datetime) -> None:
    if session.get(Article, article_id) is None:
        raise NotFound("There is no such article.")
    follow = _follow(session, article_id, address)
    if follow is None:
        follow = Follow(article_id=article_id, email=address, asked_at=at)
        session.add(follow)
    elif follow.asked_at + ASKS_EVERY > at:
        return
    follow.asked_at = at
    owe_follower(session, follow, LetterKind.FOLLOW, at)


def _follow(session: Session, article_id: int, address: str) -> Follow | None:
    return session.scalars(
        select(Follow)
        .where(Follow.article_id == article_id, Follow.email == address)
        .with_for_update()
    ).first()


def _spelled(email: str) -> str:
    """Return an address as it is kept: capitals in the domain's name mean nothing."""
    local, _at, domain = email.strip().rpartition("@")
    return f"{local}@{domain.lower()}"


def confirm(number: int, token: str, *, at: datetime) -> None:
    """Follow for good; doing it again changes nothing. Raise ``NotFound`` for a dead link."""
    with transaction() as session:
        follow = session.get(Follow, number, with_for_update=True)
        if follow is None or not is_token_of(follow, token):
            raise NotFound("This link is not valid any more. Ask again at the end of the article.")
        follow.confirmed_at = follow.confirmed_at or at


def stop(number: int, token: str) -> list[str]:
    """Stop following and delete the address; doing it again changes nothing.

    Returns the names of the files in the mail folder that hold letters to the address: whoever
    calls this removes them.
    """
    with transaction() as session:
        follow = session.get(Follow, number, with_for_update=True)
        if follow is None or not is_token_of(follow, token):
            return []
        return _end(session, [follow.id])


def forget_unconfirmed(*, at: datetime) -> list[str]:
    """Delete the addresses that did not confirm in time; return the files of their letters."""
    with transaction() as session:
        late = select(Follow.id).where(
            Follow.confirmed_at.is_(None), Follow.asked_at <= at - CONFIRMED_WITHIN
        )
        ids = list(session.scalars(late.limit(500).with_for_update(skip_locked=True)))
        return _end(session, ids) if ids else []


def _end(session: Session, ids: list[int]) -> list[str]:
    files = forget_followers_letters(session, ids)
    session.execute(delete(Follow).where(Follow.id.in_(ids)))
    return files

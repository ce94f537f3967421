"""Owing a hub the news that feeds have changed: rows of the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Article, DeliveryState, Ping

_ARTICLES = "/articles.atom"
_LOG = ("/corrections.atom", "/corrections.json")


def owe_news_of_article(session: Session, at: datetime) -> None:
    """Owe the hub the news that there is another article."""
    _owe(session, [_ARTICLES], at)


def owe_news_of_correction(session: Session, article: Article, at: datetime) -> None:
    """Owe the hub the news that an article was corrected."""
    own = f"/articles/{article.slug}/corrections"
    _owe(session, [_ARTICLES, *_LOG, f"{own}.atom", f"{own}.json"], at)


def _owe(session: Session, topics: Iterable[str], at: datetime) -> None:
    """Owe a ping for each feed, unless one is waiting that will bring this news, too.

    One that a worker holds will not: the hub may have fetched the feed already. One that was
    parked is replaced, so that each piece of news tries the hub anew.
    """
    if not current_app.config["HUB_URL"]:
        return
    wanted = set(topics)
    session.execute(delete(Ping).where(Ping.topic.in_(wanted), Ping.state == DeliveryState.PARKED))
    waiting = session.scalars(
        select(Ping.topic).where(
            Ping.topic.in_(wanted),
            Ping.state == DeliveryState.WAITING,
            Ping.held_until.is_(None),
        )
    )
    for topic in sorted(wanted.difference(waiting)):
        session.add(Ping(topic=topic, state=DeliveryState.WAITING, created_at=at, next_try_at=at))

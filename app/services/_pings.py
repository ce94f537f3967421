"""Owing a hub the news that feeds have changed: rows of the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app.models import Article, Ping
from app.services._owing import owe_each

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
    if current_app.config["HUB_URL"]:
        owe_each(session, Ping, Ping.topic, topics, at)

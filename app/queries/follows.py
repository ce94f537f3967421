"""Reading who follows what, for the links in mails to followers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import and_, select

from app.extensions import db
from app.models import Article, Follow, Version
from app.rules.errors import NotFound
from app.tokens import as_token, keyed_hash


@dataclass(frozen=True, slots=True)
class FollowPage:
    """An address's following of one article."""

    follow: Follow
    slug: str
    headline: str


def link_token(follow: Follow) -> str:
    """Return the token in the links of mails to a follower: nobody else can know it."""
    return as_token(keyed_hash("follow link", str(follow.id), str(follow.article_id), follow.email))


def is_token_of(follow: Follow | None, token: str) -> bool:
    """Say whether ``token`` is that of a follow, in a time that gives nothing away."""
    expected = link_token(follow) if follow else ""
    return hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace")) and bool(token)


def with_token(number: int, token: str) -> FollowPage:
    """Return the follow behind a link in a mail; raise ``NotFound``."""
    follow = db.session.get(Follow, number)
    if follow is None or not is_token_of(follow, token):
        raise NotFound(
            "This link is not valid any more. An address that is not confirmed within seven "
            "days is deleted, and so is one that has stopped following. You can ask again at "
            "the end of the article."
        )
    row = db.session.execute(
        select(Article.slug, Version.headline)
        .join(
            Version,
            and_(Version.article_id == Article.id, Version.number == Article.latest_number),
        )
        .where(Article.id == follow.article_id)
    ).one()
    return FollowPage(follow, row.slug, row.headline)

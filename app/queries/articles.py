"""Reading articles and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select

from app.extensions import db
from app.models import Article, Correction, LogLeaf, Redaction, Version
from app.queries.corrections import Entry, of_article
from app.queries.redactions import Redacted
from app.rules.errors import Gone, NotFound
from app.rules.kinds import CorrectionKind, Placement, VersionReason
from app.rules.texts import VersionText


@dataclass(frozen=True, slots=True)
class Mark:
    """That an article was corrected: by what kind of entry, and when."""

    kind: CorrectionKind
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article in a list, with the text that is public now."""

    id: int
    slug: str
    published_at: datetime
    version: Version
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the history of its article, and the entry that brought it about, if any.

    ``redacted`` says why its words are gone, where they were taken away.
    """

    number: int
    reason: VersionReason
    created_at: datetime
    entry: int | None
    redacted: Redacted | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article with all that belongs to it: its text, its log and its history."""

    article: Article
    version: Version
    entries: Sequence[Entry]
    history: Sequence[VersionLine]

    @property
    def above(self) -> list[Entry]:
        """The notices above the text, newest first."""
        return [e for e in self.entries if e.kind.placement is Placement.ABOVE]

    @property
    def below(self) -> list[Entry]:
        """The notices below the text, newest first."""
        return [e for e in self.entries if e.kind.placement is Placement.BELOW]

    @property
    def updated_at(self) -> datetime:
        """When it last changed in a way that matters: by more than a minor edit.

        That a notice's words were taken away matters: whoever copied them has to hear of it.
        """
        notices = [e for e in self.entries if e.kind is not CorrectionKind.MINOR]
        entries = [e.published_at for e in notices]
        versions = [v.created_at for v in self.history if v.reason is not VersionReason.MINOR]
        gone = [e.redacted.at for e in notices if e.redacted]
        return max([self.article.published_at, *entries, *versions, *gone])

    def is_comparable(self, a: int, b: int) -> bool:
        """Whether there are two such versions, and their words were not taken away."""
        newest = self.history[0].number
        return a > 0 and not any(self.history[newest - number].redacted for number in (a, b))

    @property
    def readable(self) -> list[VersionLine]:
        """The versions whose text anybody may read, newest first."""
        return [] if self.is_withheld else [v for v in self.history if v.redacted is None]

    @property
    def retraction(self) -> Entry | None:
        """The entry that withdrew the article, when one did; amending it can lift it."""
        found = (e for e in self.entries if e.kind is CorrectionKind.RETRACTION)
        return next((e for e in found if not e.amended_by), None)

    @property
    def is_withheld(self) -> bool:
        """Whether the retraction took the text from public view altogether."""
        return self.retraction is not None and self.retraction.withholds


def _with_latest() -> Select[Article, Version]:
    return select(Article, Version).join(
        Version,
        and_(Version.article_id == Article.id, Version.number == Article.latest_number),
    )


def latest(limit: int, before: tuple[datetime, int] | None = None, words: str = "") -> list[Teaser]:
    """Return articles, newest first; ``before`` is the time and id that the last page ended with.

    ``words`` keeps those whose headline holds them.
    """
    rows = _with_latest().order_by(Article.published_at.desc(), Article.id.desc()).limit(limit)
    if before:
        at, number = before
        rows = rows.where(
            or_(
                Article.published_at < at,
                and_(Article.published_at == at, Article.id < number),
            )
        )
    if words:
        rows = rows.where(Version.headline.icontains(words, autoescape=True))
    found = db.session.execute(rows).all()
    marks = _marks([article.id for article, _ in found])
    return [
        Teaser(a.id, a.slug, a.published_at, version, tuple(marks.get(a.id, ())))
        for a, version in found
    ]


def _marks(article_ids: Sequence[int]) -> dict[int, list[Mark]]:
    rows = db.session.execute(
        select(Correction.article_id, Correction.kind, Correction.published_at)
        .where(Correction.article_id.in_(article_ids), Correction.kind != CorrectionKind.MINOR)
        .order_by(Correction.number)
    )
    marks: dict[int, list[Mark]] = {}
    for article_id, kind, at in rows:
        marks.setdefault(article_id, []).append(Mark(kind, at))
    return marks


def page(slug: str) -> ArticlePage:
    """Return an article with its log and history; raise ``NotFound``."""
    found = db.session.execute(_with_latest().where(Article.slug == slug)).first()
    if found is None:
        raise NotFound("There is no article at this address.")
    article, version = found
    entries = of_article(article.id)
    return ArticlePage(article, version, entries, _history(article, entries))


def _history(article: Article, entries: Sequence[Entry]) -> list[VersionLine]:
    """Return the versions of an article, newest first."""
    made_by = {e.to_version: e.number for e in entries if e.to_version != e.from_version}
    rows = db.session.execute(
        select(
            Version.number,
            Version.reason,
            Version.created_at,
            Redaction.reason,
            Redaction.at,
            Redaction.leaf_index,
        )
        .outerjoin(LogLeaf, LogLeaf.version_id == Version.id)
        .outerjoin(Redaction, Redaction.target == LogLeaf.index)
        .where(Version.article_id == article.id)
        .order_by(Version.number.desc())
    )
    return [
        VersionLine(
            number,
            reason,
            created_at,
            entry=made_by.get(number),
            redacted=Redacted(why, at, leaf) if why else None,
        )
        for number, reason, created_at, why, at, leaf in rows
    ]


def with_slug(slug: str) -> Article:
    """Return an article by its address; raise ``NotFound``."""
    found = db.session.scalars(select(Article).where(Article.slug == slug)).first()
    if found is None:
        raise NotFound("There is no article at this address.")
    return found


def version(article: Article, number: int) -> Version:
    """Return one version of an article; raise ``NotFound``."""
    found = db.session.scalars(
        select(Version).where(Version.article_id == article.id, Version.number == number)
    ).first()
    if found is None:
        raise NotFound("This article has no such version.")
    return found


def public_version(page: ArticlePage, number: int) -> Version:
    """Return a version as readers may see it; raise ``NotFound``, and ``Gone`` where none may."""
    found = version(page.article, number)
    if page.retraction is not None and page.is_withheld:
        raise Gone(
            f"The publication withdrew this article, and its versions with it: see entry "
            f"{page.retraction.number} of the correction log for the reason."
        )
    return found


def comparable(page: ArticlePage, a: int, b: int) -> tuple[Version, Version]:
    """Return two versions to compare; raise ``NotFound``, and ``Gone`` where one has no words."""
    both = public_version(page, a), public_version(page, b)
    gone = next((each for each in both if each.is_redacted), None)
    if gone is not None:
        raise Gone(
            f"The words of version {gone.number} were taken away, and the correction log says "
            "why: there is nothing left to compare."
        )
    return both


def texts(article_id: int) -> dict[int, VersionText]:
    """Return what each version of an article says, by its number."""
    rows = db.session.scalars(select(Version).where(Version.article_id == article_id))
    return {version.number: version.text for version in rows}


def count() -> int:
    """Return how many articles there are."""
    return db.session.scalar(select(func.count(Article.id))) or 0

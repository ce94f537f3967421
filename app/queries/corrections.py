"""Reading the correction log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Article, Correction, Report, Version, case_corrections
from app.queries.merged import live_on_case
from app.queries.redactions import Redacted, is_current, of_corrections, of_versions
from app.rules.differences import Excerpt, compare, excerpt
from app.rules.errors import NotFound
from app.rules.kinds import CorrectionKind
from app.rules.passages import text_blocks
from app.rules.transparency.redactions import TOMBSTONES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log as it is shown anywhere.

    ``redacted`` says why its words are gone, where they were taken away; ``lost_text``, why those
    of the version before it or after it are.
    """

    id: int
    number: int
    kind: CorrectionKind
    notice: str
    published_at: datetime
    article_id: int
    slug: str
    headline: str
    section: str
    from_version: int
    to_version: int
    change: Excerpt | None
    credit: str
    amends: int | None
    amended_by: tuple[int, ...]
    withholds: bool = False
    redacted: Redacted | None = None
    lost_text: Redacted | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; empty parts do not narrow."""

    kind: CorrectionKind | None = None
    section: str = ""
    since: datetime | None = None
    until: datetime | None = None


_before, _after = aliased(Version), aliased(Version)
_amended = aliased(Correction)

_Found = Row[Correction, str, Version, Version, int | None]


def _entries() -> Select[Correction, str, Version, Version, int | None]:
    return (
        select(Correction, Article.slug, _before, _after, _amended.number)
        .join(Article, Article.id == Correction.article_id)
        .join(_before, _is_version(_before, Correction.from_version))
        .join(_after, _is_version(_after, Correction.to_version))
        .outerjoin(_amended, _amended.id == Correction.amends_id)
        .order_by(Correction.number.desc())
    )


def _is_version(side: type[Version], number: object) -> ColumnElement[bool]:
    return and_(side.article_id == Correction.article_id, side.number == number)


_amender = aliased(Correction)
_WITHHELD = select(Correction.article_id).where(
    Correction.withholds, ~exists().where(_amender.amends_id == Correction.id)
)
"""The articles whose text a retraction took from public view, and no entry gave back."""

_entries()  # resolves the aliases' columns while there is one thread; see app/models/__init__.py


def page(wanted: Filter, limit: int, below: int | None = None) -> list[Entry]:
    """Return entries, newest first, with numbers below ``below`` (where the last page ended)."""
    numbers = select(Correction.number).where(*_conditions(wanted))
    if below is not None:
        numbers = numbers.where(Correction.number < below)
    # By their numbers first: to sort whole rows, with two texts each, takes long.
    chosen = db.session.scalars(numbers.order_by(Correction.number.desc()).limit(limit)).all()
    return _as_entries(db.session.execute(_entries().where(Correction.number.in_(chosen))).all())


def following(number: int, limit: int) -> list[Entry]:
    """Return entries in the order in which they were written, with numbers above ``number``."""
    rows = _entries().order_by(None).order_by(Correction.number)
    return _as_entries(
        db.session.execute(rows.where(Correction.number > number).limit(limit)).all()
    )


def last_number() -> int:
    """Return the number of the newest entry; 0 where there is none."""
    return db.session.scalar(select(func.max(Correction.number))) or 0


def first_published_at() -> datetime | None:
    """Return when the log's first entry was published."""
    return db.session.scalar(select(func.min(Correction.published_at)))


def of_article(article_id: int) -> list[Entry]:
    """Return an article's entries, newest first."""
    rows = _entries().where(Correction.article_id == article_id)
    return _as_entries(db.session.execute(rows).all())


def numbered(number: int) -> Entry:
    """Return one entry; raise ``NotFound``."""
    found = db.session.execute(_entries().where(Correction.number == number)).all()
    if not found:
        raise NotFound("The log has no entry with this number.")
    return _as_entries(found)[0]


def reports_behind(correction_id: int) -> list[datetime]:
    """Return when each report arrived that led to an entry, first one first."""
    cases = db.session.scalars(
        select(case_corrections.c.case_id).where(case_corrections.c.correction_id == correction_id)
    )
    return list(
        db.session.scalars(
            select(Report.received_at).where(live_on_case(*cases)).order_by(Report.received_at)
        )
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.kind:
        conditions.append(Correction.kind == wanted.kind)
    if wanted.section:
        is_text = _is_version(Version, Correction.to_version)
        conditions.append(exists().where(is_text, Version.section == wanted.section))
    if wanted.since:
        conditions.append(Correction.published_at >= wanted.since)
    if wanted.until:
        conditions.append(Correction.published_at < wanted.until)
    return conditions


def _as_entries(rows: Sequence[_Found]) -> list[Entry]:
    amenders = _amenders([correction.id for correction, *_ in rows])
    withheld = _withheld([correction.article_id for correction, *_ in rows])
    redacted = of_corrections({c.id for c, *_ in rows if c.notice in TOMBSTONES})
    lost = of_versions({v.id for _c, _s, *both, _n in rows for v in both if v.is_redacted})
    headlines = _present_headlines({a.article_id for _c, _s, _b, a, _n in rows if a.id in lost})
    return [
        Entry(
            id=correction.id,
            number=correction.number,
            kind=correction.kind,
            notice=correction.notice,
            published_at=correction.published_at,
            article_id=correction.article_id,
            slug=slug,
            headline=_headline(after, headlines),
            section=after.section,
            from_version=correction.from_version,
            to_version=correction.to_version,
            change=None if correction.article_id in withheld else _change(before, after),
            credit=correction.credit,
            amends=amends,
            amended_by=amenders.get(correction.id, ()),
            withholds=correction.withholds,
            redacted=redacted.get(correction.id),
            lost_text=_later(lost.get(before.id), lost.get(after.id)),
        )
        for correction, slug, before, after, amends in rows
    ]


def withheld_by(article_id: int) -> int | None:
    """Return the number of the retraction that took an article's texts from public view, if any."""
    return db.session.scalar(
        _WITHHELD.with_only_columns(Correction.number).where(Correction.article_id == article_id)
    )


def _withheld(article_ids: Sequence[int]) -> set[int]:
    rows = _WITHHELD.where(Correction.article_id.in_(set(article_ids)))
    return set(db.session.scalars(rows))


def _later(*both: Redacted | None) -> Redacted | None:
    return max(filter(None, both), key=lambda each: each.at, default=None)


def _headline(after: Version, present: Mapping[int, str]) -> str:
    """Return the article's headline as the entry left it, or as it is if that one is gone."""
    return present.get(after.article_id, after.headline) if after.is_redacted else after.headline


def _present_headlines(article_ids: set[int]) -> dict[int, str]:
    """Return how articles are headed now, to name those whose earlier headline is gone."""
    if not article_ids:
        return {}
    rows = db.session.execute(
        select(Version.article_id, Version.headline)
        .join(Article, is_current())
        .where(Article.id.in_(article_ids))
    )
    return dict(list(rows))


def _change(before: Version, after: Version) -> Excerpt | None:
    if before.number == after.number or before.is_redacted or after.is_redacted:
        return None
    return excerpt(compare(text_blocks(before.text), text_blocks(after.text)))


def _amenders(ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    rows = db.session.execute(
        select(Correction.amends_id, Correction.number)
        .where(Correction.amends_id.in_(ids))
        .order_by(Correction.number)
    )
    found: dict[int, tuple[int, ...]] = {}
    for amended_id, number in rows:
        if amended_id is not None:
            found[amended_id] = (*found.get(amended_id, ()), number)
    return found

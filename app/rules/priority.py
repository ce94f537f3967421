"""What puts one case before another in the queue; it only orders, and decides nothing.

A case's place follows from a time, its *rank time*: when it is due, brought forward by a fixed
length for each thing that makes it pressing. It changes when such a thing changes, and never by
the mere passing of time, so pages of the queue hold still; what is older, and what is overdue,
comes to the top by itself.

Addresses are not verified, so what they prove is bounded: further readers count up to five, and
a record, good or poor, moves a case by a day at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.rules.kinds import DeclineReason, ProblemKind
from app.rules.marks import N_

NEW_FOR = timedelta(days=2)
"""For how long after its publication an article is new."""

FRONT_PAGE = 20
"""How many articles the front page shows."""

_FURTHER_READER = timedelta(hours=12)
_MOST_FURTHER_READERS = 5
_FACT = timedelta(hours=24)
_TYPO = timedelta(hours=-72)
_EVIDENCE = timedelta(hours=12)
_FRONT_PAGE = timedelta(hours=24)
_NEW_ARTICLE = timedelta(hours=12)
_UPHELD, _BEST_RECORD = timedelta(hours=6), timedelta(hours=24)
_DECLINED, _WORST_RECORD = timedelta(hours=-2), timedelta(hours=-12)

_FACTS = frozenset({ProblemKind.FACTUAL, ProblemKind.NAME_NUMBER_DATE, ProblemKind.QUOTE})

NEUTRAL_DECLINES = frozenset({DeclineReason.ALREADY_CORRECTED, DeclineReason.TRUE_WHEN_PUBLISHED})
"""Reports declined for these were right about the facts: they speak neither for nor against."""


class RankReason(StrEnum):
    """Why a case stands where it does; the values are kept with the case, in this order."""

    READERS = "readers"
    FACT = "fact"
    TYPO = "typo"
    EVIDENCE = "evidence"
    FRONT_PAGE = "front_page"
    NEW_ARTICLE = "new_article"
    RECORD = "record"
    POOR_RECORD = "poor_record"

    @property
    def label(self) -> str:
        """The reason in the desk's words; that of ``READERS`` goes with their number."""
        return _LABELS[self]


_LABELS = {
    RankReason.READERS: N_("distinct readers"),
    RankReason.FACT: N_("a fact, name or quote"),
    RankReason.TYPO: N_("only a typo or link"),
    RankReason.EVIDENCE: N_("evidence given"),
    RankReason.FRONT_PAGE: N_("front page"),
    RankReason.NEW_ARTICLE: N_("new article"),
    RankReason.RECORD: N_("reader was right before"),
    RankReason.POOR_RECORD: N_("reader’s reports were declined before"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the other reports of a reader who can be recognised: decided ones alone."""

    upheld: int = 0
    declined: int = 0

    @property
    def worth(self) -> timedelta:
        """By how much the record brings a case forward, or puts it back."""
        worth = self.upheld * _UPHELD + self.declined * _DECLINED
        return max(_WORST_RECORD, min(worth, _BEST_RECORD))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case that orders it.

    ``readers`` are distinct ones: each address is one reader, and so is each report without an
    address. ``records`` has one for each reader; somebody unknown has an empty one.
    """

    kind: ProblemKind
    due_at: datetime
    readers: int
    has_evidence: bool
    is_on_front_page: bool
    is_in_new_article: bool
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a case stands: the earlier ``at``, the nearer to the top; ``reasons`` say why."""

    at: datetime
    reasons: tuple[str, ...]


def rank(standing: Standing) -> Rank:
    """Return the place of a case in the queue, and the reasons for it as short codes."""
    counted = list(_counted(standing))
    forward = sum((worth for _, worth in counted), timedelta())
    return Rank(standing.due_at - forward, tuple(code for code, _ in counted))


def _counted(standing: Standing) -> Iterator[tuple[str, timedelta]]:
    """Yield each reason that holds, with how far it brings the case forward."""
    further = min(standing.readers - 1, _MOST_FURTHER_READERS)
    if further > 0:
        yield f"{RankReason.READERS}:{standing.readers}", further * _FURTHER_READER
    if standing.kind in _FACTS:
        yield RankReason.FACT.value, _FACT
    if standing.kind is ProblemKind.TYPO:
        yield RankReason.TYPO.value, _TYPO
    if standing.has_evidence:
        yield RankReason.EVIDENCE.value, _EVIDENCE
    if standing.is_on_front_page:
        yield RankReason.FRONT_PAGE.value, _FRONT_PAGE
    if standing.is_in_new_article:
        yield RankReason.NEW_ARTICLE.value, _NEW_ARTICLE
    worth = _best(standing.records)
    if worth:
        reason = RankReason.RECORD if worth > timedelta() else RankReason.POOR_RECORD
        yield reason.value, worth


def _best(records: Iterable[Record]) -> timedelta:
    """Return the worth of the best record: whoever joins a case cannot put it back."""
    return max((record.worth for record in records), default=timedelta())


def read_reason(code: str) -> tuple[RankReason, int] | None:
    """Return the reason that a code stands for, with its number; ``None`` for no code of ours."""
    name, _colon, number = code.partition(":")
    if name not in list(RankReason):
        return None
    return RankReason(name), int(number) if number.isdecimal() else 0

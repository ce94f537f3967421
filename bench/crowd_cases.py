"""The cases of a crowd, drawn by a seed: when each came in, about what, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.rules.kinds import CorrectionKind, DeclineReason, ProblemKind
from app.rules.priority import Standing, rank
from app.rules.workflow import Action, CaseStatus

WAYS: Mapping[CaseStatus, Sequence[Action]] = {
    CaseStatus.RECEIVED: (),
    CaseStatus.IN_REVIEW: (Action.CLAIM,),
    CaseStatus.WAITING_READER: (Action.CLAIM, Action.ASK),
    CaseStatus.AGREED: (Action.CLAIM, Action.AGREE),
    CaseStatus.CORRECTED: (Action.CLAIM, Action.AGREE, Action.PUBLISH),
    CaseStatus.DECLINED: (Action.CLAIM, Action.DECLINE),
    CaseStatus.MERGED: (Action.CLAIM, Action.MERGE),
    CaseStatus.WITHDRAWN: (Action.WITHDRAW,),
    CaseStatus.QUARANTINED: (Action.QUARANTINE,),
}
_OPEN = (
    [CaseStatus.RECEIVED] * 5
    + [CaseStatus.IN_REVIEW] * 3
    + [CaseStatus.WAITING_READER, CaseStatus.AGREED]
)
_CLOSED = (
    [CaseStatus.DECLINED] * 11
    + [CaseStatus.CORRECTED] * 5
    + [CaseStatus.MERGED] * 2
    + [CaseStatus.WITHDRAWN, CaseStatus.QUARANTINED]
)
_KINDS = [*ProblemKind, ProblemKind.TYPO, ProblemKind.TYPO, ProblemKind.FACTUAL]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Crowd:
    """How large the publication is, and until when it has been going on."""

    articles: int
    reports: int
    open_cases: int
    at: datetime
    staff: int = 20
    seed: int = 2026

    @property
    def cases(self) -> int:
        """How many cases there are in all: seven in ten reports open one, three join one."""
        return max(self.open_cases, self.reports * 7 // 10)

    @property
    def famous(self) -> dict[int, CaseStatus]:
        """The cases that dozens reported, by their numbers: one long declined, and two open."""
        middle = self.cases // 2 + 1
        return {
            1: CaseStatus.DECLINED,
            middle: CaseStatus.WAITING_READER,
            self.cases: CaseStatus.RECEIVED,
        }


@dataclass(slots=True)
class Drawn:
    """What was drawn so far, and what later rows follow from."""

    crowd: Crowd
    draw: Random
    versions: dict[int, int] = field(default_factory=lambda: defaultdict(lambda: 1))
    cases: list[Row] = field(default_factory=list)
    readers: list[int] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)


def drawn_from(crowd: Crowd) -> Drawn:
    """Draw all cases, the oldest first, with what follows from them for articles and the log."""
    drawn = Drawn(crowd, Random(crowd.seed))
    draw = drawn.draw
    closed = [draw.random() * 730 for _ in range(crowd.cases - crowd.open_cases)]
    opened = [min(draw.expovariate(1 / 12), 700) for _ in range(crowd.open_cases)]
    ages = [(age, _CLOSED) for age in closed] + [(age, _OPEN) for age in opened]
    drawn.readers = _readers(crowd, draw)
    roots: dict[int, int] = {}
    for number, (age, choices) in enumerate(sorted(ages, key=lambda each: -each[0]), start=1):
        status = crowd.famous.get(number) or draw.choice(choices)
        case = _case(drawn, number, timedelta(days=age), status)
        article = case["article_id"]
        if case["status"] is CaseStatus.MERGED:
            _merge(case, roots.get(article))
        if case["status"] not in (CaseStatus.MERGED, CaseStatus.WITHDRAWN, CaseStatus.QUARANTINED):
            roots[article] = number
        drawn.cases.append(case)
    _log(drawn)
    return drawn


def _readers(crowd: Crowd, draw: Random) -> list[int]:
    """Return how many reports each case has: one or two mostly, and very many now and then."""
    readers = [1] * crowd.cases
    left = crowd.reports - crowd.cases
    for number in crowd.famous:
        many = min(left, 40)
        readers[number - 1] += many
        left -= many
    for _ in range(left):
        readers[draw.randrange(crowd.cases)] += 1
    return readers


def _case(drawn: Drawn, number: int, age: timedelta, status: CaseStatus) -> Row:
    crowd, draw = drawn.crowd, drawn.draw
    opened = crowd.at - age
    due = opened + timedelta(days=3)
    kind = draw.choice(_KINDS)
    readers = drawn.readers[number - 1]
    place = rank(Standing(kind, due, readers, number % 5 == 0, False, number % 9 == 0))
    touched = opened + timedelta(hours=draw.expovariate(1 / 8)) if WAYS[status] else None
    case: Row = {
        "id": number,
        "version": 1 + len(WAYS[status]),
        "article_id": _reported(drawn, opened),
        "status": status,
        "kind": kind,
        "opened_at": opened,
        "due_at": due,
        "rank_at": place.at,
        "rank_reasons": list(place.reasons),
        "claimed_by_id": None,
        "claimed_until": None,
        "claimed_since": None,
        "touched_at": touched,
        "agreed_by_id": None,
        "agreed_at": None,
        "decided_by_id": None,
        "decided_at": None,
        "decline_reason": None,
        "waiting_since": touched if status is CaseStatus.WAITING_READER else None,
        "appealed_at": opened + timedelta(days=9) if draw.random() < 0.01 else None,
        "merged_into_id": None,
        "_by": 1 + number % crowd.staff,
    }
    _claim(case, crowd, draw)
    _decide(case, draw)
    return case


def _reported(drawn: Drawn, at: datetime) -> int:
    """Draw the article that is reported: one case in 500 is about one and the same."""
    crowd, draw = drawn.crowd, drawn.draw
    if draw.random() < 0.002:
        return 1
    age = (crowd.at - at) / timedelta(days=730)
    newest = max(1, int(crowd.articles * (1 - age)))
    return max(1, newest - int(draw.random() ** 3 * newest))


def _claim(case: Row, crowd: Crowd, draw: Random) -> None:
    is_claimed = case["status"] is CaseStatus.IN_REVIEW and draw.random() < 0.05
    if is_claimed:
        case["claimed_by_id"] = case["_by"]
        case["claimed_until"] = crowd.at + timedelta(minutes=draw.uniform(1, 30))
        case["claimed_since"] = crowd.at - timedelta(minutes=1)


def _decide(case: Row, draw: Random) -> None:
    status, touched = case["status"], case["touched_at"]
    if status in (CaseStatus.AGREED, CaseStatus.CORRECTED):
        case["agreed_by_id"] = case["_by"]
        case["agreed_at"] = touched + timedelta(hours=draw.expovariate(1 / 10))
    if status is CaseStatus.CORRECTED:
        case["decided_at"] = case["agreed_at"] + timedelta(hours=draw.expovariate(1 / 6))
    if status is CaseStatus.DECLINED:
        case["decided_at"] = touched + timedelta(hours=draw.expovariate(1 / 10))
        case["decline_reason"] = draw.choice(list(DeclineReason))
    if case["decided_at"]:
        case["decided_by_id"] = case["_by"]


def _merge(case: Row, root: int | None) -> None:
    """Merge a case into an earlier one of its article; where there is none, it was withdrawn."""
    case["merged_into_id"] = root
    if root is None:
        case["status"] = CaseStatus.WITHDRAWN


def _log(drawn: Drawn) -> None:
    """Number the corrections by their time, and give each the article's next version."""
    corrected = [case for case in drawn.cases if case["status"] is CaseStatus.CORRECTED]
    for number, case in enumerate(sorted(corrected, key=lambda c: c["decided_at"]), start=1):
        article = case["article_id"]
        before = drawn.versions[article]
        drawn.versions[article] = before + 1
        drawn.corrections.append(
            {
                "id": number,
                "number": number,
                "article_id": article,
                "kind": drawn.draw.choice(list(CorrectionKind)[:3]),
                "notice": f"The article gave the year {1900 + before}. It was {1901 + before}.",
                "from_version": before,
                "to_version": before + 1,
                "published_at": case["decided_at"],
                "published_by_id": case["_by"],
                "credit": "",
                "_case": case["id"],
            }
        )

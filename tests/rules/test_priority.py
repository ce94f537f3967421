"""What puts one case before another: each thing by itself, together, and within its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.kinds import ProblemKind
from app.rules.priority import RankReason, Record, Standing, rank, read_reason

DUE = datetime(2026, 11, 26, 2, tzinfo=UTC)

PLAIN = Standing(
    kind=ProblemKind.OTHER,
    due_at=DUE,
    readers=1,
    has_evidence=False,
    is_on_front_page=False,
    is_in_new_article=False,
)
"""Nothing about it presses."""

FACTS = [ProblemKind.FACTUAL, ProblemKind.NAME_NUMBER_DATE, ProblemKind.QUOTE]


def hours(**changes: Any) -> float:
    """Return by how many hours some things bring a plain case forward."""
    return (DUE - rank(replace(PLAIN, **changes)).at) / timedelta(hours=1)


def test_a_plain_case_stands_where_it_is_due() -> None:
    place = rank(PLAIN)

    assert place.at == DUE
    assert place.reasons == ()


@pytest.mark.parametrize("kind", FACTS)
def test_facts_names_and_quotes_come_first(kind: ProblemKind) -> None:
    assert hours(kind=kind) > 0
    assert rank(replace(PLAIN, kind=kind)).reasons == ("fact",)


def test_a_typo_comes_last() -> None:
    assert hours(kind=ProblemKind.TYPO) < 0
    assert rank(replace(PLAIN, kind=ProblemKind.TYPO)).reasons == ("typo",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_evidence": True}, "evidence"),
        ({"is_on_front_page": True}, "front_page"),
        ({"is_in_new_article": True}, "new_article"),
        ({"readers": 3}, "readers:3"),
        ({"records": (Record(upheld=1),)}, "record"),
    ],
)
def test_each_thing_that_presses_brings_a_case_forward_and_is_said(
    changes: dict[str, Any], reason: str
) -> None:
    assert hours(**changes) > 0
    assert rank(replace(PLAIN, **changes)).reasons == (reason,)


def test_each_further_reader_counts_up_to_five() -> None:
    counted = [hours(readers=number) for number in (0, 1, 2, 3, 6, 7, 1000)]

    assert counted[:2] == [0, 0]
    assert counted[2] < counted[3] < counted[4]
    assert counted[4] == counted[5] == counted[6]
    assert rank(replace(PLAIN, readers=1000)).reasons == ("readers:1000",)


def test_all_that_presses_adds_up() -> None:
    pressing = {"has_evidence": True, "is_on_front_page": True, "readers": 2}

    together = hours(kind=ProblemKind.FACTUAL, is_in_new_article=True, **pressing)

    alone = [hours(kind=ProblemKind.FACTUAL), hours(is_in_new_article=True)]
    assert together == sum(alone) + sum(hours(**{name: value}) for name, value in pressing.items())


# The record


def test_being_declined_weighs_less_than_being_upheld_and_both_are_bounded() -> None:
    best, once = hours(records=(Record(upheld=1000),)), hours(records=(Record(upheld=1),))
    worst, declined = hours(records=(Record(declined=1000),)), hours(records=(Record(declined=1),))

    assert once > -declined > 0
    assert 24 >= best > once
    assert -24 < worst < declined
    assert rank(replace(PLAIN, records=(Record(declined=1),))).reasons == ("poor_record",)


def test_the_best_of_several_readers_counts_so_that_nobody_puts_a_case_back() -> None:
    poor, good, unknown = Record(declined=9), Record(upheld=2), Record()

    assert hours(records=(poor, good)) == hours(records=(good,))
    assert hours(records=(poor, unknown)) == 0
    assert rank(replace(PLAIN, records=(poor, unknown))).reasons == ()


def test_a_record_of_both_kinds_is_weighed() -> None:
    assert hours(records=(Record(upheld=1, declined=3),)) == 0


# The order


@given(
    st.sampled_from(list(ProblemKind)),
    st.integers(0, 50),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.builds(Record, st.integers(0, 30), st.integers(0, 30)),
)
def test_whatever_is_a_fortnight_older_comes_first(
    kind: ProblemKind, readers: int, pressing: tuple[bool, bool, bool], record: Record
) -> None:
    newer = Standing(kind, DUE + timedelta(days=14), readers, *pressing, records=(record,))
    oldest = replace(PLAIN, kind=ProblemKind.TYPO, records=(Record(declined=99),))

    assert rank(oldest).at < rank(newer).at


# The codes


def test_every_code_is_read_as_what_was_meant() -> None:
    everything = Standing(ProblemKind.FACTUAL, DUE, 4, True, True, True, (Record(upheld=1),))

    codes = rank(everything).reasons

    read = [read_reason(code) for code in codes]
    assert read[0] == (RankReason.READERS, 4)
    assert [reason for reason, _ in filter(None, read)] == [
        RankReason.READERS,
        RankReason.FACT,
        RankReason.EVIDENCE,
        RankReason.FRONT_PAGE,
        RankReason.NEW_ARTICLE,
        RankReason.RECORD,
    ]
    assert all(reason.label for reason in RankReason)


@pytest.mark.parametrize("code", ["", "moon", "moon:3", ":"])
def test_a_code_of_another_release_is_passed_over(code: str) -> None:
    assert read_reason(code) is None

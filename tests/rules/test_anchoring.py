"""A passage is found again where it is, told from its twins, and given up rather than guessed."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.rules.anchoring import Fate, Traced, trace
from app.rules.kept_text import kept_text
from app.rules.passages import select
from bench.anchoring import Figures, figures, outcomes, share
from bench.real_edits import Draw, history

HEADLINE = "Harbour to close for a year"
FIRST = "The mayor, Ann Smith, said on Monday that the old harbour would close for a year."
SECOND = "Fishermen were told by letter. They have until March to find another place."
THIRD = "Later that day Ann Smith left the meeting without answering any questions."
STORY = (HEADLINE, FIRST, SECOND, THIRD)


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def traced(quote: str, before: str, after: str, nth: int = 0) -> Traced:
    """Trace the occurrence of ``quote`` in ``before`` with that number, from 0."""
    start = -1
    for _ in range(nth + 1):
        start = before.index(quote, start + 1)
    return trace(select(before, start, start + len(quote)), before, after)


def unchanged(quote: str, start: int) -> Traced:
    return Traced(Fate.UNCHANGED, start, start + len(quote), quote)


def test_each_fate_has_a_word_for_it() -> None:
    assert [fate.label for fate in Fate] == ["unchanged", "changed", "gone"]


def test_in_the_same_text_nothing_moved() -> None:
    before = text(*STORY)

    found = traced("Ann Smith", before, before, nth=1)

    assert found == unchanged("Ann Smith", before.rindex("Ann Smith"))


# --- a name that stands in two places -------------------------------------------------


def test_a_name_corrected_here_is_not_found_where_it_stands_elsewhere() -> None:
    before = text(*STORY)
    after = before.replace("Ann Smith", "Anne Smyth", 1)

    found = traced("Ann Smith", before, after)

    assert (found.fate, found.text) == (Fate.CHANGED, "Anne Smyth")
    assert found.start == after.index("Anne Smyth")


def test_a_name_corrected_elsewhere_is_unchanged_here() -> None:
    before = text(*STORY)
    after = text(HEADLINE, FIRST, SECOND, THIRD.replace("Ann Smith", "Anne Smyth"))

    found = traced("Ann Smith", before, after)

    assert found == unchanged("Ann Smith", after.index("Ann Smith"))


def test_a_name_corrected_here_is_not_found_where_it_was_added() -> None:
    before = text(*STORY)
    after = text(
        HEADLINE, FIRST.replace("Ann Smith", "Anne Smyth"), SECOND, "Ann Smith is a baker."
    )

    found = traced("Ann Smith", before, after)

    assert (found.fate, found.text) == (Fate.CHANGED, "Anne Smyth")


def test_a_name_whose_paragraph_went_is_not_found_in_another() -> None:
    after = text(HEADLINE, SECOND, THIRD)

    found = traced("Ann Smith", text(*STORY), after)

    assert found == Traced(Fate.GONE, after.index(SECOND), after.index(SECOND), "")


def test_a_name_whose_paragraph_went_is_not_found_in_one_that_begins_alike() -> None:
    other = "The mayor, Ann Smith, said on Monday that nobody was going to be paid for it."
    before, after = text(HEADLINE, FIRST, SECOND, other), text(HEADLINE, SECOND, other)

    went, stayed = (traced("Ann Smith", before, after, nth) for nth in (0, 1))

    assert went.fate is Fate.GONE
    assert stayed == unchanged("Ann Smith", after.index("Ann Smith"))


def test_of_two_names_in_one_sentence_each_has_its_own_fate() -> None:
    before = text("Today Ann Smith spoke, and then Ann Smith sang a song for us all.")
    after = text("Today Ann Smith spoke, and then Anne Smyth sang a song for us all.")

    first, second = (traced("Ann Smith", before, after, nth) for nth in (0, 1))

    assert first == unchanged("Ann Smith", 6)
    assert (second.fate, second.text) == (Fate.CHANGED, "Anne Smyth")


def test_a_standfirst_that_was_changed_is_not_taken_for_the_paragraph_it_repeats() -> None:
    before = text(HEADLINE, FIRST, FIRST, SECOND)
    after = text(HEADLINE, FIRST.replace("Monday", "Tuesday"), FIRST, SECOND)

    standfirst, paragraph = (traced("on Monday that", before, after, nth) for nth in (0, 1))

    assert (standfirst.fate, standfirst.text) == (Fate.CHANGED, "on Tuesday that")
    assert paragraph == unchanged("on Monday that", after.index("on Monday that"))


# --- changes in and beside a passage --------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "was", "now", "expected"),
    [
        ("would close", "would close", "would not close", "would not close"),
        ("on Monday that", "Monday", "Tuesday", "on Tuesday that"),
        ("Monday", "on Monday", "on Tuesday morning", "Tuesday morning"),
        ("the old harbour", "old harbour", "harbour", "the harbour"),
        ("a year.", "a year.", "two years.", "two years."),
        ("The mayor, Ann", "The mayor", "The former mayor", "The former mayor, Ann"),
        ("close", "close", "closed", "closed"),
        (FIRST, "Monday", "Tuesday", FIRST.replace("Monday", "Tuesday")),
    ],
)
def test_a_change_within_a_passage_shows_what_stands_there_now(
    quote: str, was: str, now: str, expected: str
) -> None:
    before = text(*STORY)

    found = traced(quote, before, before.replace(was, now, 1))

    assert (found.fate, found.text) == (Fate.CHANGED, expected)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("said on Monday", "said and repeated on Monday"),
        ("that the old", "that, alas, the old"),
        ("said on Monday", "on Monday"),
        ("Monday that the", "Monday the"),
        (FIRST, f"A new sentence. {FIRST}"),
        (FIRST, f"A new paragraph.\n\n{FIRST}"),
        (FIRST, f"{FIRST} on Monday"),
        (HEADLINE, "Another headline altogether"),
    ],
)
def test_a_change_beside_a_passage_leaves_it_unchanged(was: str, now: str) -> None:
    before = text(*STORY)
    after = before.replace(was, now, 1)

    found = traced("on Monday", before, after)

    assert found == unchanged("on Monday", after.index("on Monday"))


def test_a_passage_over_two_paragraphs_takes_in_what_came_between_them() -> None:
    quote = f"for a year.\n\n{SECOND}"
    before, after = text(*STORY), text(HEADLINE, FIRST, "Nobody was asked.", SECOND, THIRD)

    found = traced(quote, before, after)

    assert found.fate is Fate.CHANGED
    assert found.text == f"for a year.\n\nNobody was asked.\n\n{SECOND}"


def test_a_word_written_twice_by_mistake_is_not_missed_in_the_passage() -> None:
    before, after = "We waited until the the fourth quarter.", "We waited until the fourth quarter."

    first = traced("until the", before, after)
    second = traced("the fourth", before, after)

    assert first == unchanged("until the", 10)
    assert second == unchanged("the fourth", 16)


def test_a_replaced_heading_is_changed_when_it_is_alike_and_gone_when_it_is_not() -> None:
    before = text("Ann Smith", FIRST, SECOND)

    alike = traced("Ann Smith", before, text("Anne Smyth", FIRST, SECOND))
    other = traced("Ann Smith", before, text("What now?", FIRST, SECOND))

    assert (alike.fate, alike.text) == (Fate.CHANGED, "Anne Smyth")
    assert other == Traced(Fate.GONE, 0, 0, "")


# --- what went, and what was moved ----------------------------------------------------


@pytest.mark.parametrize("quote", ["Ann Smith", "would close for a year", FIRST])
def test_a_paragraph_that_was_written_anew_takes_its_passages_with_it(quote: str) -> None:
    anew = "Nobody knows what the council has in mind; boats lie idle, and nets dry in the sun."
    after = text(HEADLINE, anew, SECOND, THIRD)

    found = traced(quote, text(*STORY), after)

    assert (found.fate, found.text) == (Fate.GONE, "")


def test_a_moved_paragraph_is_found_at_its_new_place() -> None:
    before, after = text(*STORY), text(HEADLINE, SECOND, THIRD, FIRST)

    found = traced("Ann Smith", before, after)

    assert found == unchanged("Ann Smith", after.rindex("Ann Smith"))


def test_a_moved_paragraph_that_was_corrected_is_changed_at_its_new_place() -> None:
    before = text(*STORY)
    after = text(HEADLINE, SECOND, THIRD, FIRST.replace("Ann Smith", "Anne Smyth"))

    found = traced("Ann Smith", before, after)

    assert (found.fate, found.start) == (Fate.CHANGED, after.index("Anne Smyth"))


def test_a_sentence_moved_to_another_paragraph_is_found_by_its_words() -> None:
    quote = "They have until March to find another place."
    before = text(*STORY)
    after = text(HEADLINE, FIRST, "Fishermen were told by letter.", f"{THIRD} {quote}")

    found = traced(quote, before, after)

    assert found == unchanged(quote, after.index(quote))


def test_a_sentence_that_was_moved_and_edited_is_found_by_its_looks() -> None:
    quote = "They have until March to find another place."
    edited = "They have until April to find another place."
    before = text(HEADLINE, SECOND, FIRST, THIRD)
    after = text(HEADLINE, FIRST, f"{THIRD} Fishermen were told by letter. {edited}")

    found = traced(quote, before, after)

    assert (found.fate, found.text) == (Fate.CHANGED, edited)


def test_what_looks_like_two_sentences_is_neither() -> None:
    quote = "They have until March to find another place."
    twins = [quote.replace("March", month) for month in ("April", "May")]
    before = text(HEADLINE, SECOND, FIRST, THIRD)
    after = text(HEADLINE, FIRST, f"{THIRD} Told by letter. {twins[0]} Told by letter. {twins[1]}")

    found = traced(quote, before, after)

    assert found.fate is Fate.GONE


def test_of_two_alike_paragraphs_the_one_that_went_is_not_found_in_a_copy_added_elsewhere() -> None:
    note = "Read more."
    before = text(HEADLINE, note, FIRST, SECOND)
    after = text(HEADLINE, FIRST, "Other news", SECOND, f"Elsewhere. {note} Or do not.")

    found = traced("more", before, after)

    assert found.fate is Fate.GONE


def test_a_passage_that_is_not_in_its_version_is_gone() -> None:
    passage = select("Some other text altogether.", 5, 10)

    found = trace(passage, text(*STORY), text(FIRST))

    assert found == Traced(Fate.GONE, 0, 0, "")


def test_many_passages_of_two_versions_compare_them_once() -> None:
    before, after = text(*STORY, "Once only."), text(HEADLINE, SECOND, THIRD, "Once only.")
    compared = kept_text.cache_info().misses

    for quote in ("Ann Smith", "harbour", "letter", "Once"):
        traced(quote, before, after)

    assert kept_text.cache_info().misses == compared + 1


# --- whatever the text ----------------------------------------------------------------

_LOWER = st.text(ascii_lowercase + " ", min_size=1, max_size=60)
_UPPER = st.text(ascii_uppercase + " ", max_size=60)
_ANY = st.text(st.sampled_from("ab é.\n“”-1’\u0301"), max_size=80)


@given(_UPPER, _UPPER, _UPPER, _UPPER)
def test_edits_away_from_a_passage_only_move_it(
    lead: str, other_lead: str, tail: str, other_tail: str
) -> None:
    before, after = f"{lead}\n\n{FIRST}\n\n{tail}", f"{other_lead}\n\n{FIRST}\n\n{other_tail}"

    found = traced("said on Monday", before, after)

    assert found == unchanged("said on Monday", after.index("said on Monday"))


@given(_LOWER, _UPPER, st.data())
def test_where_no_word_is_left_the_passage_is_gone(
    before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))
    assume(before[start:end].strip())

    found = trace(select(before, start, end), before, after)

    assert found == Traced(Fate.GONE, found.start, found.start, "")


@given(_ANY, _ANY, st.data())
def test_what_is_said_to_stand_there_stands_there(
    before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))

    found = trace(select(before, start, end), before, after)

    assert 0 <= found.start <= found.end <= len(after)
    assert found.text == after[found.start : found.end]
    assert (found.text == before[start:end] != "") is (found.fate is Fate.UNCHANGED)
    assert (found.start == found.end) is (found.fate is Fate.GONE)


# --- real edits -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_real_edits() -> Figures:
    """What came of passages of the first 40 files; ``bench/anchoring.py`` takes all."""
    return figures(list(outcomes(history(40).edits, draw=Draw(anywhere=3, near=6))))


def test_in_real_edits_no_passage_is_found_at_a_wrong_place(of_real_edits: Figures) -> None:
    assert not of_real_edits.false


def test_in_real_edits_all_that_is_unchanged_is_found(of_real_edits: Figures) -> None:
    assert len(of_real_edits.unchanged) > 500
    assert share(of_real_edits.unchanged) == 1


def test_in_real_edits_what_is_changed_is_recognised(of_real_edits: Figures) -> None:
    assert len(of_real_edits.changed) > 300
    assert share(of_real_edits.changed) >= 0.98

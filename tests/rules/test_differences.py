"""Differences of whole versions: every block is accounted for, and paired with what it became."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from app.rules.differences import Change, Excerpt, Piece, Row, Unchanged, compare, excerpt
from app.rules.word_changes import words_of

HARBOUR = "The harbour opened in 1964 with twelve berths, and nobody expected more of it."
BASIN = "A second basin followed within ten years, paid for by the state."
TOWN = "The town has grown around both of them ever since the war ended."

BLOCK = st.lists(
    st.sampled_from(
        "the harbour opened closed in 1964 1965 with ten twelve berths . , 中 é".split()
    ),
    min_size=1,
    max_size=9,
).map(" ".join)
ANY_BLOCK = st.text(min_size=1).filter(lambda text: "\n\n" not in text and text.strip("\n") == text)
BLOCKS = st.lists(BLOCK | ANY_BLOCK, max_size=7).map(tuple)


def changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return the rows that differ."""
    return [row for row in compare(tuple(before), tuple(after)) if isinstance(row, Change)]


def drawn(pieces: Sequence[Piece]) -> str:
    """Draw pieces as an editor would: [what went] and {what came}."""
    shape = {"equal": "%s", "delete": "[%s]", "insert": "{%s}"}
    return "".join(shape[piece.kind] % piece.text for piece in pieces)


def stood(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the earlier version that rows tell of."""
    each = (row.blocks if isinstance(row, Unchanged) else row.was_blocks for row in rows)
    return tuple(block for blocks in each for block in blocks)


def stands(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the later version that rows tell of."""
    each = (row.blocks if isinstance(row, Unchanged) else row.now_blocks for row in rows)
    return tuple(block for blocks in each for block in blocks)


def test_versions_that_read_alike_have_no_change() -> None:
    rows = compare((HARBOUR, BASIN), (HARBOUR, BASIN))

    assert rows == (Unchanged((HARBOUR, BASIN)),)


def test_two_empty_versions_read_alike() -> None:
    assert compare((), ()) == ()


def test_one_word_is_marked_in_its_paragraph() -> None:
    (change,) = changes([HARBOUR, BASIN], [HARBOUR.replace("1964", "1965"), BASIN])

    assert drawn(change.pieces) == HARBOUR.replace("1964", "[1964]{1965}")
    assert change.was == HARBOUR
    assert change.now == HARBOUR.replace("1964", "1965")
    assert change.position == 0


def test_a_new_paragraph_is_all_new() -> None:
    rows = compare((HARBOUR, TOWN), (HARBOUR, BASIN, TOWN))

    assert rows == (
        Unchanged((HARBOUR,)),
        Change((Piece("insert", BASIN),), 1),
        Unchanged((TOWN,)),
    )


def test_a_paragraph_that_went_is_where_it_stood() -> None:
    rows = compare((HARBOUR, BASIN, TOWN), (HARBOUR, TOWN))

    assert rows == (
        Unchanged((HARBOUR,)),
        Change((Piece("delete", BASIN),), 1),
        Unchanged((TOWN,)),
    )


def test_a_paragraph_that_moved_went_here_and_came_there() -> None:
    moved = changes([HARBOUR, BASIN, TOWN], [BASIN, TOWN, HARBOUR])

    assert [drawn(change.pieces) for change in moved] == [f"[{HARBOUR}]", f"{{{HARBOUR}}}"]
    assert [change.position for change in moved] == [0, 2]


def test_a_paragraph_that_was_moved_and_reworded_is_marked_where_it_was_reworded() -> None:
    before = (TOWN, "A note.", HARBOUR, BASIN)
    after = (TOWN, HARBOUR.replace("1964", "1965"), "A note.", BASIN)

    rows = changes(before, after)

    assert [drawn(row.pieces) for row in rows] == [
        "[A note.]",
        HARBOUR.replace("1964", "[1964]{1965}"),
        "{A note.}",
    ]


def test_the_end_of_a_paragraph_goes_apart_from_those_that_went_with_it() -> None:
    rows = changes((f"{HARBOUR} Now what?", BASIN, TOWN), (HARBOUR, TOWN))

    assert [drawn(row.pieces) for row in rows] == [f"{HARBOUR}[ Now what?]", f"[{BASIN}]"]


def test_a_text_written_anew_is_not_marked_word_by_word() -> None:
    before = (HARBOUR, BASIN)
    after = ("Nobody knows in which of the years it was.", "The state has no more to say about it.")

    rows = changes(before, after)

    assert all(len(row.pieces) == 1 for row in rows)


def test_a_paragraph_that_was_written_anew_is_one_change() -> None:
    (change,) = changes([HARBOUR], ["Ships no longer call there."])

    assert drawn(change.pieces) == f"[{HARBOUR}]{{Ships no longer call there.}}"


def test_what_went_is_shown_before_what_came() -> None:
    old, new = ["One went away.", "Two left us."], ["Nothing like it.", "Quite another.", "Third."]

    rows = changes(old, new)

    assert [drawn(row.pieces)[0] for row in rows] == ["[", "[", "{", "{", "{"]
    assert [row.position for row in rows] == [0, 0, 0, 1, 2]


def test_a_changed_paragraph_is_paired_with_itself_and_not_with_its_neighbour() -> None:
    extra = "Nobody knows who paid for the first of the basins."
    after = [extra, HARBOUR.replace("twelve", "ten"), BASIN.replace("ten", "eleven"), TOWN]

    rows = changes([HARBOUR, BASIN, TOWN], after)

    assert [row.was for row in rows] == ["", HARBOUR, BASIN]
    assert [row.position for row in rows] == [0, 1, 2]


def test_pairing_keeps_the_most_words_even_where_a_closer_likeness_is_out_of_order() -> None:
    short = "The town."
    before = [short, HARBOUR]
    after = [HARBOUR.replace("1964", "1965"), "The town!"]

    rows = changes(before, after)

    assert [drawn(row.pieces) for row in rows] == [
        f"[{short}]",
        HARBOUR.replace("1964", "[1964]{1965}"),
        "{The town!}",
    ]


def test_a_headline_in_other_capitals_is_the_same_headline() -> None:
    (change,) = changes(["A HARBOUR AND TOWN"], ["A harbour and town"])

    assert drawn(change.pieces) == "A [HARBOUR AND TOWN]{harbour and town}"


def test_joined_paragraphs_are_not_shown_as_new() -> None:
    (change,) = changes([HARBOUR, BASIN], [f"{HARBOUR} {BASIN}"])

    assert change.was_blocks == (HARBOUR, BASIN)
    assert change.now_blocks == (f"{HARBOUR} {BASIN}",)
    assert drawn(change.pieces) == f"{HARBOUR}[\n\n]{{ }}{BASIN}"


def test_a_split_paragraph_is_not_shown_as_gone() -> None:
    (change,) = changes([f"{HARBOUR} {BASIN}", TOWN], [HARBOUR, BASIN, TOWN])

    assert change.was_blocks == (f"{HARBOUR} {BASIN}",)
    assert change.now_blocks == (HARBOUR, BASIN)
    assert change.now == HARBOUR
    assert change.position == 0


def test_a_new_paragraph_beside_a_changed_one_does_not_belong_to_it() -> None:
    rows = changes([HARBOUR], [HARBOUR.replace("1964", "1965"), BASIN])

    assert [len(row.now_blocks) for row in rows] == [1, 1]


@given(BLOCKS, BLOCKS)
@settings(deadline=None)
def test_every_word_of_both_versions_is_accounted_for(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    rows = compare(before, after)

    assert stood(rows) == before
    assert stands(rows) == after


@given(BLOCKS, BLOCKS)
@settings(deadline=None)
def test_hardly_more_is_marked_than_has_to_be_unless_all_is_new(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    old, new = words_of("\n\n".join(before)), words_of("\n\n".join(after))

    pieces = [piece for row in changes(before, after) for piece in row.pieces]

    marked = [word for piece in pieces if piece.kind != "equal" for word in words_of(piece.text)]
    least = Indel.distance(old, new)
    if least <= 0.6 * (len(old) + len(new)):
        assert sum(any(map(str.isalnum, word)) for word in marked) <= 1.05 * least + 1


@given(BLOCKS, BLOCKS)
@settings(deadline=None)
def test_a_change_stands_where_its_position_says(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    at = 0

    for row in compare(before, after):
        if isinstance(row, Change):
            assert row.position == at
            assert any(piece.kind != "equal" for piece in row.pieces)
            assert all(piece.text for piece in row.pieces)
        at += len(row.now_blocks if isinstance(row, Change) else row.blocks)


@given(BLOCKS)
@settings(deadline=None)
def test_a_version_does_not_differ_from_itself(blocks: tuple[str, ...]) -> None:
    assert changes(blocks, blocks) == []


def test_more_paragraphs_than_are_matched_at_once_are_all_accounted_for() -> None:
    before = tuple(
        f"Paragraph {number} tells of berth {number} in the harbour." for number in range(400)
    )
    after = tuple(block.replace("tells", "speaks") for block in before)

    rows = compare(before, after)

    assert len(rows) == 400
    assert all(isinstance(row, Change) and len(row.pieces) == 4 for row in rows)


def excerpt_of(before: str, after: str) -> Excerpt:
    """Return the excerpt of the one change between two paragraphs."""
    found = excerpt(compare((before,), (after,)))
    assert found is not None
    return found


def test_an_excerpt_of_nothing_is_none() -> None:
    assert excerpt(compare((HARBOUR,), (HARBOUR,))) is None
    assert excerpt(()) is None


def test_an_excerpt_is_the_sentence_with_the_change() -> None:
    before = f"{TOWN} {HARBOUR} {BASIN}"

    found = excerpt_of(before, before.replace("1964", "1965"))

    assert found.was == HARBOUR
    assert found.now == HARBOUR.replace("1964", "1965")


def test_an_excerpt_of_a_long_sentence_is_cut_at_words() -> None:
    before = f"{'many words before it ' * 20}1964 {'and many words after it ' * 20}end."

    found = excerpt_of(before, before.replace("1964", "1965"))

    assert found.was.startswith("… ")
    assert found.was.endswith(" …")
    assert len(found.was) < 160
    assert set(found.now.split()) <= {*before.split(), "1965", "…"}


def test_an_excerpt_of_one_endless_word_is_cut_all_the_same() -> None:
    found = excerpt_of("a" * 500 + " 1964 " + "b" * 500, "a" * 500 + " 1965 " + "b" * 500)

    assert len(found.was) < 160
    assert "1964" in found.was


@pytest.mark.parametrize(
    "sentence",
    [
        "Noor Salleh told Dr. Smith in 1964 that the U.S. House had no harbour.",
        "He said at 5 p.m. in 1964 that it was “full.”",
        "It opened in 1964!",
        "第一句在 1964 年。",
    ],
)
def test_an_excerpt_does_not_end_at_an_abbreviation(sentence: str) -> None:
    before = f"Nothing came before. {sentence} Then came the rest."

    found = excerpt_of(before, before.replace("1964", "1965"))

    assert found.was == sentence


def test_an_excerpt_begins_with_the_whole_line() -> None:
    found = excerpt_of("First line\nSecond in 1964\nThird", "First line\nSecond in 1965\nThird")

    assert found.was == "Second in 1964"


def test_an_excerpt_takes_in_changes_that_belong_together() -> None:
    after = HARBOUR.replace("1964", "1965").replace("twelve", "ten")

    found = excerpt_of(HARBOUR, after)

    assert "in [1964]{1965} with [twelve]{ten} berths" in drawn(found.pieces)


def test_an_excerpt_leaves_out_a_change_far_from_the_first() -> None:
    before = f"{HARBOUR} {TOWN} {BASIN}"

    found = excerpt_of(before, before.replace("1964", "1965").replace("state", "town"))

    assert found.now == HARBOUR.replace("1964", "1965")


def test_an_excerpt_of_a_paragraph_that_went_is_that_paragraph() -> None:
    found = excerpt(compare((HARBOUR, BASIN), (HARBOUR,)))

    assert found == Excerpt((Piece("delete", BASIN),))


@given(BLOCKS, BLOCKS)
@settings(deadline=None)
def test_an_excerpt_is_made_of_what_stands_in_the_versions(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    found = excerpt(compare(before, after))

    assert (found is None) is (before == after)
    if found is not None:
        assert found.was.strip(" …") in "\n\n".join(before)
        assert found.now.strip(" …") in "\n\n".join(after)

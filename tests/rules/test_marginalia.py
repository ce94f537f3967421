"""Marks stand at the words that were corrected, or not at all."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from app.rules.marginalia import Mark, marked, spots
from app.rules.markup import blocks, render, text_of
from app.rules.passages import body_blocks
from app.rules.texts import VersionText

FIRST = "The harbour opened in 1964 with twelve berths, and nobody expected more of the town."
SECOND = "A second basin followed within ten years, which the state paid for out of its own pocket."
LONG = (
    f"{FIRST} Then came the war and everything stood still for a long while, as it does. {SECOND}"
)

PIECES = (
    "a b 1 &amp; &lt; <b> </b> <em> </em> [x](https://x.test/) é 中 \u00a0 <br> `c` \n* \n\n".split(
        " "
    )
)
BODIES = st.lists(st.sampled_from([*PIECES, " "]), max_size=25).map("".join)
MARK = re.compile(r'<mark class="corrected">|</mark>|<a class="caret"[^>]*></a>')


def body(*paragraphs: str) -> VersionText:
    """Return a version with these paragraphs."""
    return VersionText(headline="A harbour", body="\n\n".join(paragraphs))


def words(before: VersionText, after: VersionText, now: VersionText | None = None) -> list[str]:
    """Return the words of the present text that are said to be the corrected ones."""
    now = now or after
    present = body_blocks(now)
    return [present[spot.block][spot.start : spot.end] for spot in spots(before, after, now)]


def draw(markdown: str, start: int, end: int, note: str = "c1") -> str:
    """Return a block with a mark in it."""
    (block,) = blocks(render(markdown))
    return marked(block.html, block.text, [Mark(start, end, note, "Correction 1")]).strip()


def caret(note: str = "c1", label: str = "Correction 1") -> str:
    """Return the link that leads from a mark to its note."""
    return f'<a class="caret" href="#{note}" aria-label="{label}"></a>'


def plain(html: str) -> str:
    """Return HTML without its marks."""
    return MARK.sub("", html)


def in_marks(html: str) -> str:
    """Return the words in marks, without white space."""
    tree = lxml_html.fragment_fromstring(html, create_parent=True)
    return "".join("".join(mark.itertext()) for mark in tree.iter("mark")).translate(
        str.maketrans("", "", " \t\n\r\f")
    )


def test_a_changed_word_is_the_spot() -> None:
    before, after = body(FIRST, SECOND), body(FIRST.replace("1964", "1965"), SECOND)

    (spot,) = spots(before, after, after)

    assert (spot.block, spot.start, spot.end) == (0, 22, 26)
    assert spot.change.was == FIRST
    assert spot.change.now == FIRST.replace("1964", "1965")


def test_versions_that_read_alike_have_no_spot() -> None:
    assert spots(body(FIRST), body(f"**{FIRST}**"), body(FIRST)) == []


def test_where_words_only_went_the_one_before_them_is_marked() -> None:
    before, after = body(FIRST), body(FIRST.replace(", and nobody expected more of the town", ""))

    assert words(before, after) in (["berths"], ["berths."])


def test_where_the_first_words_went_the_one_after_them_is_marked() -> None:
    assert words(body(f"Perhaps {FIRST}"), body(FIRST)) == ["The"]


def test_a_new_paragraph_is_marked_and_one_that_went_is_not() -> None:
    assert words(body(FIRST), body(FIRST, SECOND)) == [SECOND]
    assert words(body(FIRST, SECOND), body(FIRST)) == []


def test_changes_near_each_other_have_one_mark_and_others_their_own() -> None:
    near = LONG.replace("1964", "1965").replace("berths", "quays")
    far = near.replace("state", "town")

    assert words(body(LONG), body(near)) == ["1965 with twelve quays"]
    assert words(body(LONG), body(far)) == ["1965 with twelve quays", "town"]


def test_each_mark_tells_of_its_own_change() -> None:
    after = body(LONG.replace("1964", "1965").replace("state", "town"))

    first, second = spots(body(LONG), after, after)

    assert "1964" in first.change.was
    assert "state" not in first.change.was
    assert second.change.was == SECOND


def test_a_block_that_was_changed_again_elsewhere_keeps_its_mark() -> None:
    before, after = body(LONG), body(LONG.replace("1964", "1965"))
    now = body("An opening paragraph.", LONG.replace("1964", "1965").replace("pocket", "purse"))

    (spot,) = spots(before, after, now)

    assert spot.block == 1
    assert words(before, after, now) == ["1965"]


@pytest.mark.parametrize(
    "now",
    [
        LONG.replace("1964", "1966"),
        LONG,
        SECOND,
    ],
)
def test_words_that_were_changed_again_are_not_marked(now: str) -> None:
    before, after = body(LONG), body(LONG.replace("1964", "1965"))

    assert words(before, after, body(now)) == []


@pytest.mark.parametrize(
    "now",
    [
        LONG.replace("opened in 1964", "opened in May 1965"),
        LONG.replace("1964 with twelve", "1965 with ten"),
        f"Long ago. {LONG.replace('1964', '1965').replace('harbour', 'port')}",
    ],
)
def test_words_keep_their_mark_where_those_beside_them_are_changed_again(now: str) -> None:
    before, after = body(LONG), body(LONG.replace("1964", "1965"))

    assert words(before, after, body(SECOND, now)) == ["1965"]


def test_words_that_now_stand_in_two_places_are_not_marked() -> None:
    after = FIRST.replace("1964", "1965")

    assert words(body(FIRST), body(after), body(after, SECOND, after)) == []


def test_the_same_words_in_another_place_are_not_taken_for_the_corrected_ones() -> None:
    before = body("Total: 1964", SECOND, "Total: 1965")
    after = body("Total: 1965", SECOND, "Total: 1965")
    now = body(SECOND, "Total: 1965")  # which of the two is left, nobody can say

    assert words(before, after, now) == []


def test_a_short_block_is_not_found_within_another() -> None:
    now = body(SECOND, "It was not to be. Yes, but that is another matter.")

    assert words(body("No,", SECOND), body("Yes,", SECOND), now) == []


def test_a_split_paragraph_is_marked_where_it_was_split() -> None:
    found = words(body(f"{FIRST} {SECOND}"), body(FIRST, SECOND))

    assert found
    assert all(word in f"{FIRST} {SECOND}" for word in found)


def test_a_word_that_came_is_marked_without_the_space_around_it() -> None:
    assert words(body(FIRST), body(FIRST.replace("twelve", "some twelve"))) == ["some"]
    assert words(body(FIRST), body(FIRST.replace("town.", "town. Nobody."))) == ["Nobody."]


def test_a_word_changed_in_the_second_half_of_a_split_paragraph_is_marked_there() -> None:
    before, after = body(f"{LONG} {FIRST}"), body(LONG, FIRST.replace("twelve", "thirteen"))

    found = spots(before, after, after)

    assert [spot.block for spot in found] == [1]
    assert words(before, after)[0].endswith("thirteen")


def test_a_mark_leads_to_its_note() -> None:
    html = draw("It opened in 1965, they say.", 13, 17)

    assert html == (f'<p>It opened in <mark class="corrected">1965{caret()}</mark>, they say.</p>')


def test_a_mark_within_tags_stays_within_them() -> None:
    html = draw("It *opened **in 1965** then*.", 13, 17)

    assert html == (
        f'<p>It <em>opened <strong>in <mark class="corrected">1965{caret()}</mark></strong>'
        " then</em>.</p>"
    )


def test_a_mark_across_tags_is_drawn_in_pieces_with_one_caret() -> None:
    html = draw("It *opened* in **1965** then.", 3, 18)

    assert html == (
        '<p>It <em><mark class="corrected">opened</mark></em> <mark class="corrected">in</mark> '
        f'<strong><mark class="corrected">1965{caret()}</mark></strong> then.</p>'
    )


@pytest.mark.parametrize(
    "markdown", ["in [1965](https://x.test/) then", "in [*1965*](https://x.test/) then"]
)
def test_a_caret_never_stands_in_another_link(markdown: str) -> None:
    html = draw(markdown, 3, 7)

    tree = lxml_html.fragment_fromstring(html)
    assert tree.xpath("//a//a") == []
    assert html.endswith(f'</a><mark class="corrected">{caret()}</mark> then</p>')


def test_a_mark_counts_an_entity_as_one_letter() -> None:
    html = draw('R&D <3 & "A&amp;B" 1965', 9, 14)

    mark = f'<mark class="corrected">"A&amp;B"{caret()}</mark>'
    assert html == f"<p>R&amp;D &lt;3 &amp; {mark} 1965</p>"


def test_several_marks_of_a_block_are_all_drawn() -> None:
    (block,) = blocks(render("one two three"))
    marks = [Mark(8, 13, "c2", "Correction 2"), Mark(0, 3, "c1", "Correction 1")]

    html = marked(block.html, block.text, marks).strip()

    assert html == (
        f'<p><mark class="corrected">one{caret("c1", "Correction 1")}</mark> two '
        f'<mark class="corrected">three{caret("c2", "Correction 2")}</mark></p>'
    )


def test_of_marks_that_overlap_the_first_is_drawn() -> None:
    (block,) = blocks(render("one two three"))
    marks = [Mark(4, 13, "c2", "Correction 2"), Mark(0, 7, "c1", "Correction 1")]

    html = marked(block.html, block.text, marks)

    assert in_marks(html) == "onetwo"
    assert "c2" not in html


@pytest.mark.parametrize(("start", "end"), [(3, 3), (3, 4), (40, 50), (5, 2)])
def test_a_mark_of_no_words_is_not_drawn(start: int, end: int) -> None:
    assert draw("one two three", start, end) == "<p>one two three</p>"


def test_a_label_cannot_break_out_of_its_attribute() -> None:
    (block,) = blocks(render("one"))

    html = marked(block.html, block.text, [Mark(0, 3, '"><script>', '"><script>')])

    assert "<script>" not in html


def test_marks_in_lists_and_tables_stay_in_their_cells() -> None:
    (block,) = blocks(render("| a | b |\n|---|---|\n| one | two |"))

    html = marked(block.html, block.text, [Mark(0, len(block.text), "c1", "Correction 1")])

    assert plain(html) == block.html
    assert len(re.findall("<mark", html)) == 4
    assert html.count("caret") == 1


@given(BODIES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
@settings(deadline=None)
def test_marks_change_nothing_but_mark_the_words(
    markdown: str, places: list[tuple[int, int]]
) -> None:
    for block in blocks(render(markdown)):
        marks = [Mark(start, end, f"c{i}", "Note") for i, (start, end) in enumerate(places)]

        html = marked(block.html, block.text, marks)

        assert plain(html) == block.html
        assert text_of(plain(html)) == block.text
        assert lxml_html.fragment_fromstring(html, create_parent=True).xpath("//a//a") == []


@given(BODIES, st.integers(0, 30), st.integers(0, 30))
@settings(deadline=None)
def test_the_marked_words_are_those_that_were_meant(markdown: str, start: int, end: int) -> None:
    for block in blocks(render(markdown)):
        wanted = block.text[start:end].translate(str.maketrans("", "", " \t\n\r\f"))

        html = marked(block.html, block.text, [Mark(start, end, "c1", "Note")])

        assert in_marks(html) == wanted
        assert html.count("caret") == (1 if wanted else 0)


@given(BODIES, BODIES, BODIES)
@settings(deadline=None)
def test_a_spot_is_made_of_words_of_the_present_text(before: str, after: str, now: str) -> None:
    versions = [VersionText(headline="A harbour", body=each) for each in (before, after, now)]

    for last in (versions[1], versions[2]):
        present = body_blocks(last)
        for spot in spots(versions[0], versions[1], last):
            marked_words = present[spot.block][spot.start : spot.end]
            assert marked_words
            assert marked_words == marked_words.strip()
            assert any(marked_words in block for block in body_blocks(versions[1]))


def test_an_entity_in_a_label_is_read_as_it_was_written() -> None:
    (block,) = blocks(render("one"))

    html = marked(block.html, block.text, [Mark(0, 3, "c1", "A & B")])

    assert unescape(html).count('aria-label="A & B"') == 1

"""A passage is found however it was copied or typed, at its place, and never elsewhere."""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.importers import read
from app.rules.folding import folded
from app.rules.passages import (
    CONTEXT,
    Passage,
    body_blocks,
    closest,
    find,
    select,
    surroundings,
    text_blocks,
    version_text,
)
from app.rules.texts import VersionText

TEXT = (
    "The “harbour” of O’Brien’s town — opened in 1964 – had twelve\u00a0berths.\n\n"
    "Die Straße nach İstanbul was re\u00adpaved… at a café\u200b of Ole\u0301 Møller.\n\n"
    "نص عربي قصير 中文字 the end of the harbour"
)
LETTERS = st.sampled_from("ab AB\n’'“\"—-\u00a0\u00ad\u200bßİıſéÉe\u0301ﬁ…. 中ش")
STORIES = st.lists(LETTERS, min_size=1, max_size=40).map("".join)


def quote(typed: str, text: str = TEXT) -> str | None:
    """Return the words that are found for what was typed."""
    passage = find(typed, text)
    return passage.quote if passage else None


def read_alike(text: str) -> str:
    """Return a text as it is read."""
    return folded(text).text.strip()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("“harbour” of", "“harbour” of"),
        ('"harbour" of', "“harbour” of"),
        ("„harbour“ of", "“harbour” of"),
        ("O'Brien's", "O’Brien’s"),
        ("O`Brien´s", "O’Brien’s"),
        ("town - opened", "town — opened"),
        ("town -- opened", "town — opened"),
        ("1964 — had", "1964 – had"),
        ("TWELVE BERTHS", "twelve\u00a0berths"),
        ("twelve\nberths", "twelve\u00a0berths"),
        ("  twelve \t berths  ", "twelve\u00a0berths"),
        ("berths. Die Strasse", "berths.\n\nDie Straße"),
        ("DIE STRASSE", "Die Straße"),
        ("istanbul", "İstanbul"),
        ("İSTANBUL", "İstanbul"),
        ("repaved", "re\u00adpaved"),
        ("re\u200bpa\u00adved", "re\u00adpaved"),
        ("repaved... at", "re\u00adpaved… at"),
        ("cafe\u0301", "café"),
        ("café of", "café\u200b of"),
        ("olé møller", "Ole\u0301 Møller"),
        ("\u200fعربي قصير\u200f", "عربي قصير"),
        ("文字", "文字"),
        ("\ufeffdie straße", "Die Straße"),
    ],
)
def test_words_are_found_however_they_were_typed(typed: str, found: str) -> None:
    passage = find(typed, TEXT)

    assert passage is not None
    assert passage.quote == found
    assert TEXT[passage.start : passage.end] == found


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\u200b", "\u00ad\n", "1965", "harbour harbour", "cafe of", "Ole ", "the end of a"],
)
def test_words_that_are_not_there_are_not_found(typed: str) -> None:
    assert find(typed, TEXT) is None


def test_nothing_is_found_in_an_empty_text() -> None:
    assert find("harbour", "") is None


def test_the_first_of_several_places_counts() -> None:
    passage = find("harbour", TEXT)

    assert passage is not None
    assert passage.start == TEXT.index("harbour")


def test_whole_words_count_before_parts_of_words() -> None:
    passage = find("art", "A party about art and smart art")

    assert passage is not None
    assert passage.start == len("A party about ")


def test_parts_of_words_are_found_where_there_is_nothing_better() -> None:
    assert quote("arbou") == "arbou"
    assert quote("ARBOU") == "arbou"


def test_the_very_same_characters_count_before_what_reads_alike() -> None:
    passage = find("May", "It may open in May.")

    assert passage is not None
    assert passage.start == len("It may open in ")


def test_positions_count_code_points() -> None:
    text = "𝒳 👩‍💻 e\u0301 and then the words"

    passage = find("the words", text)

    assert passage is not None
    assert (passage.start, passage.end) == (len(text) - len("the words"), len(text))


def test_a_passage_carries_up_to_32_characters_on_either_side() -> None:
    text = "a" * 50 + " the words " + "b" * 50

    passage = find("the words", text)

    assert passage == Passage("the words", "a" * 31 + " ", " " + "b" * 31, 51, 60)
    assert CONTEXT == 32


def test_a_passage_at_an_end_has_no_context_there() -> None:
    assert select("words", 0, 5) == Passage("words", "", "", 0, 5)


def test_a_passage_may_span_two_blocks() -> None:
    passage = find("twelve berths. die strasse nach", TEXT)

    assert passage is not None
    assert passage.quote == "twelve\u00a0berths.\n\nDie Straße nach"


@given(STORIES, st.data())
@settings(deadline=None)
def test_any_words_of_a_text_are_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    assume(not words[0].isspace() and not words[-1].isspace() and read_alike(words))
    is_torn = unicodedata.combining(words[0]) or (
        end < len(text) and unicodedata.combining(text[end])
    )
    assume(not is_torn)

    passage = find(words, text)

    assert passage is not None
    assert text[passage.start : passage.end] == passage.quote
    assert read_alike(words) in read_alike(passage.quote)


@given(st.text(), st.text())
@settings(deadline=None)
def test_what_is_found_reads_as_it_was_typed(typed: str, text: str) -> None:
    passage = find(typed, text)

    if passage is not None:
        assert passage.quote == text[passage.start : passage.end]
        assert read_alike(typed) in read_alike(passage.quote)


@given(STORIES)
@example("ß\u0301")
@settings(deadline=None)
def test_reading_a_text_keeps_where_everything_came_from(text: str) -> None:
    reading = folded(text)

    for at in range(len(reading.text)):
        start, end = reading.origin(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert reading.text[at] in folded(text[start:end]).text
        assert reading.origin(0, at + 1)[1] == end


def test_no_other_character_grows_when_capitals_are_ignored() -> None:
    grown = [c for c in map(chr, range(sys.maxunicode + 1)) if len(c.casefold()) > 1]

    for character in grown:
        reading = folded(f"ab{character}cd")
        at = reading.text.index("cd")
        assert reading.origin(at, at + 2) == (3, 5), hex(ord(character))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("opened in 1965 – had twelve berths", "opened in 1964 – had twelve\u00a0berths."),
        ("harbor of O'Brian's town", "“harbour” of O’Brien’s town"),
        ("Strasse to Istanbul was repaved", "Straße nach İstanbul was re\u00adpaved…"),
    ],
)
def test_words_with_a_mistake_lead_to_those_that_were_meant(typed: str, meant: str) -> None:
    assert find(typed, TEXT) is None
    assert closest(typed, TEXT) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1965",
        "harbor",
        "Quarterly earnings rose by a tenth",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "The quick brown fox jumps over it",
        "x" * 5000,
    ],
)
def test_nonsense_leads_nowhere(typed: str) -> None:
    assert closest(typed, TEXT) is None


@given(st.text(), st.text())
@settings(deadline=None)
def test_a_suggestion_can_be_found(typed: str, text: str) -> None:
    meant = closest(typed, text)

    assert meant is None or find(meant, text) is not None


ARTICLE = VersionText(
    headline="  A harbour\u00a0and its\ntown ",
    standfirst="\n \n",
    body="One *two* three.\n\n\n\n- four\n- five\n\n<!-- -->\n\nsix  seven",
    key_points=("The harbour opened in 1964.", " "),
    image_caption="Twelve\nberths.",
)


def test_a_version_reads_in_order_without_empty_parts() -> None:
    assert text_blocks(ARTICLE) == (
        "A harbour\u00a0and its town",
        "The harbour opened in 1964.",
        "Twelve berths.",
        "One two three.",
        "four\nfive",
        "six seven",
    )
    assert body_blocks(ARTICLE) == text_blocks(ARTICLE)[3:]
    assert version_text(ARTICLE) == "\n\n".join(text_blocks(ARTICLE))


@pytest.mark.parametrize(
    "typed", ["two", "four five", "six seven", "1964.", "A harbour and its town"]
)
def test_a_passage_is_shown_within_its_block(typed: str) -> None:
    passage = find(typed, version_text(ARTICLE))
    assert passage is not None

    before, inside, after = surroundings(text_blocks(ARTICLE), passage)

    assert inside == passage.quote
    assert before + inside + after in text_blocks(ARTICLE)


def test_a_passage_in_two_blocks_is_shown_between_its_neighbours() -> None:
    passage = find("five six", version_text(ARTICLE))
    assert passage is not None

    before, inside, after = surroundings(text_blocks(ARTICLE), passage)

    assert (before, inside, after) == (passage.prefix, "five\n\nsix", " seven")


def test_a_passage_that_does_not_fit_its_position_is_shown_as_it_was_kept() -> None:
    kept = Passage("nowhere", "before ", " after", 3, 10)

    assert surroundings(text_blocks(ARTICLE), kept) == ("before ", "nowhere", " after")


SENTENCE = re.compile(r"[^.!?\n]{25,}[.!?]")
POSTS = 317


def test_sentences_of_every_real_post_are_found_at_their_places(shared: Path) -> None:
    paths = sorted((shared / "18f-blog" / "posts").iterdir())
    draw = random.Random(1964)  # noqa: S311 - the same sentences every time
    checked = 0

    for path in paths:
        text = version_text(read(path).draft.text)
        reading = read_alike(text)
        sentences = [
            match for match in SENTENCE.finditer(text) if reading.count(read_alike(match[0])) == 1
        ]
        for match in draw.sample(sentences, min(3, len(sentences))):
            words = match[0].strip()
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            for typed in (words, _as_typed(words)):
                passage = find(typed, text)
                assert passage is not None, (path.name, typed)
                assert (passage.start, passage.quote) == (start, words), path.name
            checked += 1

    assert len(paths) == POSTS
    assert checked > 3 * POSTS - 10  # a few posts are shorter than three sentences


def _as_typed(words: str) -> str:
    """Return words as a plain keyboard writes them, in capitals and broken into lines."""
    keys = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "-", "…": "..."})
    parts = unicodedata.normalize("NFD", words).translate(keys).upper().split()
    ends = accumulate(map(len, parts))
    return "".join(
        part + ("\n" if end % 5 == 0 else " ") for part, end in zip(parts, ends, strict=True)
    )

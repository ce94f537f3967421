"""Plain text: what is the headline, what is the article, what is neither."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.importers import ImportProblem, Parsed, UnreadableArticle
from app.importers.plain import escaped, parse
from app.rules.markup import blocks, render
from app.rules.texts import VersionText


def text_of(typed: str) -> VersionText:
    return parse("a.txt", typed.encode()).draft.text


def refused(source: bytes) -> str:
    with pytest.raises(UnreadableArticle) as caught:
        parse("a.txt", source)
    return str(caught.value)


WHOLE = """top of page

The headline

The standfirst.

First paragraph,
on two lines.

Second paragraph.

  • One point
    that goes on

  • Another point

Source: A wire (https://wire.test/1).

We are committed to keeping readers up to date.

We use AI to draft. Please contact us about errors or inaccuracies.bottom of page
"""


def test_a_text_is_taken_apart() -> None:
    parsed = parse("a.txt", WHOLE.encode())

    text = parsed.draft.text
    assert parsed.draft.slug == "the-headline"
    assert parsed.draft.published_at is None
    assert text.headline == "The headline"
    assert text.standfirst == "The standfirst."
    assert text.body == "First paragraph, on two lines.\n\nSecond paragraph."
    assert text.key_points == ("One point that goes on", "Another point")
    assert (text.source_name, text.source_url) == ("A wire", "https://wire.test/1")
    assert text.ai_disclosure == "We use AI to draft."


def test_what_was_left_out_is_remarked() -> None:
    remarks = parse("a.txt", WHOLE.encode()).remarks

    assert [(remark.line, remark.message.split()[0]) for remark in remarks] == [
        (1, "Navigation"),
        (21, "Navigation"),
        (19, "A"),
        (21, "A"),
        (21, "Its"),
    ]


@pytest.mark.parametrize(
    ("line", "name", "url"),
    [
        ("Source: A wire", "A wire", ""),
        ("SOURCES: A wire, B & C", "A wire, B & C", ""),
        ("Source: A wire – https://wire.test/a?b=c", "A wire", "https://wire.test/a?b=c"),
        ("Source: https://wire.test/", "", "https://wire.test/"),
        ("Source: A wire <https://wire.test/>", "A wire", "https://wire.test/"),
    ],
)
def test_a_source_has_a_name_and_perhaps_an_address(line: str, name: str, url: str) -> None:
    text = text_of(f"H\n\nWords.\n\n{line}\n")

    assert (text.source_name, text.source_url, text.body) == (name, url, "Words.")


def test_two_paragraphs_are_both_the_article() -> None:
    text = text_of("H\n\nOne.\n\nTwo.")

    assert (text.standfirst, text.body) == ("", "One.\n\nTwo.")


def test_a_headline_with_its_text_right_below_needs_no_empty_line() -> None:
    text = text_of("H\nOne.\nTwo.")

    assert (text.headline, text.body) == ("H", "One. Two.")


def test_a_list_after_the_standfirst_is_the_key_points() -> None:
    text = text_of("H\n\nStandfirst.\n\n- a\n- b\n\nOne.\n\nTwo.")

    assert text.standfirst == "Standfirst."
    assert text.key_points == ("a", "b")
    assert text.body == "One.\n\nTwo."


def test_a_list_in_the_middle_stays_where_it_is() -> None:
    text = text_of("H\n\nS.\n\nOne:\n* a\n* b_c_\n\nTwo.\n\nThree.")

    assert text.key_points == ()
    assert text.body == "One:\n\n- a\n- b_c\\_\n\nTwo.\n\nThree."


def test_a_list_alone_is_the_article() -> None:
    text = text_of("H\n\n- a\n- b")

    assert (text.body, text.key_points) == ("- a\n- b", ())


def test_closing_words_without_a_source_are_left_out_but_never_all_words() -> None:
    with_article = text_of("H\n\nWords.\n\nPlease contact us.")
    alone = text_of("H\n\nPlease contact us.")

    assert with_article.body == "Words."
    assert alone.body == "Please contact us."


def test_words_after_the_source_stay_when_none_speaks_for_the_publisher() -> None:
    text = text_of("H\n\nOne.\n\nSource: A wire\n\nThe trial of AI continues.")

    assert text.source_name == "A wire"
    assert text.body == "One.\n\nThe trial of AI continues."
    assert text.ai_disclosure == ""


def test_navigation_is_only_left_out_where_it_is_plainly_that() -> None:
    text = text_of("H\n\nSee the bottom of page\n\nIt was on the desktop of page\nBottom of page")

    assert text.body == "See the bottom of page\n\nIt was on the desktop of page"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "a.txt: The article is empty."),
        (b" \n\ntop of page\n", "a.txt: The article is empty."),
        (b"Headline\n\nSource: x", "a.txt: The article has no text below its headline."),
        (b"\n" + b"x" * 301 + b"\n\nW", "a.txt:2: The first line, the headline, has 301"),
        (b"H\n\n\xff", "a.txt:3: Byte 0xff at offset 3 is not UTF-8."),
        (b"H\n\x00", "a.txt:2: A NUL byte at offset 2"),
    ],
)
def test_what_is_no_article_is_refused(source: bytes, message: str) -> None:
    assert refused(source).startswith(message)


@pytest.mark.parametrize(
    "typed",
    [
        *("1. Not a list", "1) a", "# no heading", "> no quote", "- no item", "+ no item", "---"),
        *("*a* _b_ `c`", "***", "___", "~~a~~", "~~~", "a_b_c", "=== =", "a|b", "a\\*b", "2014\\"),
        *("[a](b)", "![a](b)", "[a]: b", "<b>a</b>", "&amp; &c", "https://x.test/a_b_c"),
    ],
)
def test_plain_text_shows_as_it_was_typed(typed: str) -> None:
    (block,) = blocks(render(escaped(typed)))

    assert (block.kind, block.text) == ("p", typed)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1))
@example("\\_")
@example("\\&amp;")
@example("~~~~")
def test_any_line_shows_as_it_was_typed(typed: str) -> None:
    line = " ".join(typed.split())

    shown = blocks(render(escaped(line)))

    assert [block.text for block in shown] == ([line] if line else [])
    assert all(block.kind == "p" for block in shown)


def attempt(name: str, source: bytes) -> Parsed | ImportProblem:
    try:
        return parse(name, source)
    except UnreadableArticle as error:
        return error.problem


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "replace"))))
@example(b"H\n\n- a\nSource:")
def test_no_bytes_cause_anything_but_an_unreadable_article(source: bytes) -> None:
    result = attempt("a.txt", source)

    if isinstance(result, ImportProblem):
        assert str(result).isprintable()
    else:
        assert result.draft.text.headline
        assert result.draft.text.body

"""The text of a post: blocks, shortcodes and loose lines become Markdown that reads alike."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importers.html_markdown import to_markdown
from app.importers.shortcodes import Picture
from app.importers.wordpress_text import clean, plain
from app.rules.html_tree import Node, nodes, parse
from app.rules.markup import render, text_of

QUAY = Picture("https://quay.example/q.jpg", "A quay", "The <i>quay</i>.")
IMAGE = '<img src="https://a.example/a.jpg" alt="A">'


def body(html: str) -> str:
    return clean("e.xml", html, 1, lambda numbers: [QUAY] if "9" in numbers else [])[0]


def notes(html: str) -> list[str]:
    remarks = clean("e.xml", html, 1, lambda numbers: [])[1]
    return [f"{remark.line}: {remark.message}" for remark in remarks]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("One\ntwo.", "One\\\ntwo."),
        ("1. One\n\n# Two\n\n> three", "1\\. One\n\n\\# Two\n\n\\> three"),
        ("three * four_five_ `six`", "three \\* four_five\\_ \\`six\\`"),
        ("A <strong>bold </strong>word", "A **bold** word"),
        ("<h3>Head</h3>\nText", "### Head\n\nText"),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<ol><li>a</li></ol><ol><li>b</li></ol>", "1. a\n\n1) b"),
        ("<blockquote>Said.\n\nTwice.</blockquote>", "> Said.\n>\n> Twice."),
        ('<a href="https://a.example/">there</a>', "[there](https://a.example/)"),
        ("https://a.example/video?a=1&amp;b=2", "<https://a.example/video?a=1&b=2>"),
        ("<pre><code>a\n\n&lt;b&gt;</code></pre>", "```\na\n\n<b>\n```"),
        ("One\n\n<hr />\n\nTwo", "One\n\n---\n\nTwo"),
        ("[sic] and [[gallery]] and [a note]", "\\[sic] and \\[gallery] and \\[a note]"),
        ("one<!--more-->two", "onetwo"),
    ],
)  # fmt: skip
def test_a_classic_text_becomes_markdown(html: str, markdown: str) -> None:
    assert body(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<!-- wp:paragraph -->\n<p>One\ntwo.</p>\n<!-- /wp:paragraph -->", "One two."),
        (
            f'<!-- wp:image {{"id":9}} -->\n<figure class="wp-block-image">{IMAGE}'
            "<figcaption>Words</figcaption></figure>\n<!-- /wp:image -->",
            f"<figure>{IMAGE}<figcaption>Words</figcaption></figure>",
        ),
        (
            "<!-- wp:group --><div><!-- wp:paragraph --><p>In</p><!-- /wp:paragraph --></div>"
            "<!-- /wp:group -->",
            "In",
        ),
        ("<!-- wp:separator --><hr/><!-- /wp:separator -->", "---"),
        (
            "<!-- wp:embed --><figure><div>\nhttps://a.example/v\n</div><figcaption>A film"
            "</figcaption></figure><!-- /wp:embed -->",
            "<https://a.example/v>\n\nA film",
        ),
        (
            "<!-- wp:query --><!-- wp:query-no-results --><p>Nothing</p>"
            "<!-- /wp:query-no-results --><!-- /wp:query --><p>Text</p>",
            "Text",
        ),
    ],
)  # fmt: skip
def test_blocks_lose_their_marks_and_what_only_arranges_them(html: str, markdown: str) -> None:
    assert body(html) == markdown


@pytest.mark.parametrize(
    ("shortcode", "markdown"),
    [
        (
            f'[caption id="a" width="9"]{IMAGE} The A.[/caption]',
            f"<figure>{IMAGE}<figcaption>The A.</figcaption></figure>",
        ),
        (
            f'[caption caption="Old [1]"]{IMAGE}[/caption]',
            f"<figure>{IMAGE}<figcaption>Old [1]</figcaption></figure>",
        ),
        ("[embed]https://a.example/v[/embed]", "<https://a.example/v>"),
        ('[audio mp3="https://a.example/s.mp3"]', "<https://a.example/s.mp3>"),
        ("[youtube https://a.example/w?v=1]", "<https://a.example/w?v=1>"),
        ("[code lang=\"py\"]a < b\n\n[c][/code]", "<pre>a &lt; b\n\n[c]</pre>"),
        ('[button color="red"]Press[/button]', "Press"),
        ("[columns][column]One[/column][/columns]", "One"),
        (
            '[gallery ids="9,10"]',
            '<figure><img src="https://quay.example/q.jpg" alt="A quay">'
            "<figcaption>The <i>quay</i>.</figcaption></figure>",
        ),
    ],
)  # fmt: skip
def test_a_shortcode_becomes_what_it_stands_for(shortcode: str, markdown: str) -> None:
    assert body(f"Before.\n\n{shortcode}\n\nAfter.") == f"Before.\n\n{markdown}\n\nAfter."


def test_what_is_left_out_or_changed_is_named_with_its_line() -> None:
    named = notes(
        "<!-- wp:latest-posts /-->\n[contact-form-7 id='1']\n<script>x()</script>\n"
        '<img src="/local.jpg"> <a href="/there">there</a>\n<!--nextpage-->\n'
        '<iframe src="//a.example/f"></iframe>'
    )

    assert [line.split(":")[0] for line in named] == ["1", "2", "3", "4", "4", "5", "6"]
    assert "“latest-posts”" in named[0]
    assert "[contact-form-7]" in named[1]
    assert "<script>" in named[2]
    assert "<iframe> showed became a link" in named[6]


def test_no_markup_that_acts_comes_through() -> None:
    html = body(
        '<p onclick="x()">A</p><a href="javascript:x()">b</a><img src="https://a.example/i" '
        'onerror="x()"><svg onload="x()"></svg><style>p{}</style>'
    )

    assert "onclick" not in html
    assert "javascript" not in html
    assert "onerror" not in html
    assert "svg" not in html


@pytest.mark.parametrize(
    "html",
    [
        "<!-- wp:query " * 20_000,
        "<!-- wp:a -->" * 20_000 + "/-->",
        "[caption " * 20_000 + "[/caption]",
        "[caption]" * 20_000 + "[/caption]",
        "[gallery ids=" * 20_000,
        '[x a="' * 20_000,
        '[caption "[caption" ' * 10_000,
        "[embed]" * 20_000 + "[/embed]",
        "<pre>" * 20_000 + "</pre>",
        "<audio " * 20_000 + "</audio>",
        "<div style=background-image:url(" * 5_000,
        "<em>" * 100_000 + "a",
        "> " * 5_000 + "a",
        "<blockquote>" * 5_000 + "a",
        "<ul><li>" * 5_000 + "a",
    ],
)
def test_a_text_made_to_be_slow_is_not(html: str) -> None:
    started = time.process_time()

    body(html)

    assert time.process_time() - started < 20


@given(st.text(alphabet="ab *_`[](){}<>#-+=|~\\\n.1&!\"'xX:", max_size=60))
@settings(max_examples=200, deadline=None)
def test_plain_words_read_as_they_were_typed(typed: str) -> None:
    paragraph = Node("p", {}, [typed])

    markdown = to_markdown([paragraph])

    assert text_of(render(markdown)) == text_of(render(text_of_html(typed)))


def text_of_html(typed: str) -> str:
    words = " ".join(typed.split())
    return f"<p>{words.replace('&', '&amp;').replace('<', '&lt;')}</p>" if words else ""


def test_what_markdown_cannot_say_stays_html() -> None:
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"

    assert to_markdown(nodes(parse(table))) == table


def test_words_in_elements_without_end_are_kept() -> None:
    assert body("<b>" * 2_000 + "a *word*") == "a \\*word\\*"
    assert plain("<b>" * 2_000 + "a word") == "a word"


def test_a_title_is_plain_text_whatever_is_in_it() -> None:
    assert plain("A &amp; <em>B</em> *c* <script>d</script>") == "A & B *c*"

"""Bodies as readers see them: safe, well formed, and the same text everywhere."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from app.rules import markup
from app.rules.markup import blocks, inline_text, render

PIECES = (
    "<p> </p> <a\thref='https://x.test'> </a> <table> <tr> <td> </td> <th> </table> <ul> <ol> <li>"
    " </ul> <dl> <dt> <dd> </dl> <pre> </pre> <h1> <h2> </h2> <h4> </h4> <h6> <figure>"
    " <figcaption> </figure> <img\tsrc='https://x.test/a.png'> <br> <hr> <b> </b> <em> </em> <div>"
    " </div> <blockquote> </blockquote> <script> </script> <svg> </svg> <math> <mi> <style> <!--"
    " --> <ins> </ins> <caption> <col> <details> <summary> <select> <option> <form> <template>"
    " <textarea> <title> <noscript> <plaintext> &nbsp; &#1; &lt; text # ### - > 1. ``` `x` ** _"
    " [a](/b) ![i](https://x.test/i.png) onclick=x javascript: \x00 \x0b \u2028 \U0001f600"
).split(" ")
SOUP = st.lists(st.sampled_from([*PIECES, "\n", "\n\n", " ", "|a|\n|-|\n|b|\n"]), max_size=30)


def levels(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])", html)]


def test_markdown_becomes_html() -> None:
    html = render("One *two* **three** `four` ~~five~~ [six](https://x.test/)\n\n> seven\n")

    assert html == (
        "<p>One <em>two</em> <strong>three</strong> <code>four</code> <del>five</del>"
        ' <a href="https://x.test/">six</a></p>\n<blockquote><p>seven</p></blockquote>\n'
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "[x](JaVaScRiPt:alert(1))",
        "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
        "<p style='background:url(javascript:alert(1))' onclick='alert(1)'>x</p>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action='/desk/logout' method=post><button>x</button></form>",
        "<base href='https://evil.test/'><meta http-equiv=refresh content='0;url=//evil.test'>",
        "<div class='scroll' role='region' style='position:fixed'>x</div>",
    ],
)
def test_nothing_that_runs_or_dresses_up_gets_through(attack: str) -> None:
    tree = lxml_html.fragment_fromstring(render(attack), create_parent=True)

    for element in tree.iterdescendants():
        assert element.tag in {"p", "a", "img", "em", "table", "tbody", "tr", "td"}
        assert set(element.attrib) <= {"href", "src", "alt", "loading"}
        assert not re.match(r"(?i)\s*(java|data)", element.get("href", ""))


def test_the_words_of_an_obsolete_element_stay() -> None:
    assert render("<center>Stop <font color=red>press</font></center>") == "<p>Stop press</p>\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# a\n# b", [2, 2]),
        ("### a\n##### b\n### c", [2, 3, 2]),
        ("## a\n###### b\n### c", [2, 3, 3]),
        ("### a\n# b\n## c", [2, 2, 3]),
        ("# a\n## b\n### c\n#### d\n##### e", [2, 3, 4, 4, 4]),
        ("<h1>a</h1><div><h5>b</h5></div>", [2, 3]),
    ],
)
def test_headings_start_below_the_page_s_own_and_skip_none(typed: str, shown: list[int]) -> None:
    assert levels(render(typed)) == shown


def test_a_heading_without_words_is_none() -> None:
    html = render("#\n\n## ![](https://x.test/a.png)\n\ntext")

    assert levels(html) == []
    assert "<img" in html


def test_a_picture_always_has_an_alternative_and_a_size_that_is_a_number() -> None:
    html = render('<img src="/a.png" width="200px" height="50%" id="x" style="border:0">')

    assert html == '<p><img src="/a.png" alt="" width="200" loading="lazy"></p>\n'


@pytest.mark.parametrize("source", ["a.png", "../a.png", "mailto:a@x.test", "data:image/png,x", ""])
def test_a_picture_from_nowhere_is_left_out(source: str) -> None:
    assert render(f'<p>a<img src="{source}">b</p>') == "<p>ab</p>\n"


@pytest.mark.parametrize("address", ["#part", "page.html", "?q=1", "/\\evil.test", "tel:1", ""])
def test_a_link_to_nowhere_becomes_its_words(address: str) -> None:
    assert render(f'<a href="{address}">words</a>') == "<p>words</p>\n"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://x.test/a?b=1&amp;c=2#d", "https://x.test/a?b=1&amp;c=2#d"),
        ("mailto:desk@x.test", "mailto:desk@x.test"),
        ("/articles/a", "/articles/a"),
        ("//x.test/a", "https://x.test/a"),
        ("https://x.test/a b", "https://x.test/a%20b"),
    ],
)
def test_a_link_to_somewhere_stays(address: str, kept: str) -> None:
    assert render(f'<a href="{address}">words</a>') == f'<p><a href="{kept}">words</a></p>\n'


def test_no_element_has_an_id() -> None:
    assert "id=" not in render('<p id="a">a</p><p id="a">b</p><h2 id="top">c</h2>')


def test_a_table_scrolls_and_says_what_its_headers_head() -> None:
    html = render("| a | b |\n|---|---|\n| c | d |")

    assert html.startswith('<section class="scroll" tabindex="0" aria-label="Table">')
    assert html.count('<th scope="col">') == 2


def test_code_that_scrolls_sideways_is_within_reach_of_the_keyboard() -> None:
    assert render("```\na\n```") == '<pre tabindex="0"><code>a\n</code></pre>\n'


def test_headers_at_the_side_head_their_rows() -> None:
    html = render("<table><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></table>")

    assert html.count('<th scope="row">') == 2


def test_several_tables_have_names_of_their_own_in_the_page_s_language() -> None:
    html = render("|a|\n|-|\n|b|\n\ntext\n\n|c|\n|-|\n|d|", table_label="Tabelle")

    assert re.findall('aria-label="([^"]*)"', html) == ["Tabelle 1", "Tabelle 2"]


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<div>a<p>b</p>c</div>", "<p>a</p>\n<p>b</p>\n<p>c</p>\n"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>\n"),
        ("<ul>a<li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>\n"),
        ("<dl><dd>a</dd></dl>", "<p>a</p>\n"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "<dl><dt>a</dt><dd>b</dd></dl>\n"),
        ("<figcaption>a</figcaption>", "<p>a</p>\n"),
        ("<caption>a</caption>", "<p>a</p>\n"),
        ("<div><a href='/x'><p>a</p></a></div>", "<p>a</p>\n"),
        ("<h2><div>a</div>b</h2>", "<h2>a b</h2>\n"),
        ("<p></p><p><br></p><b> </b><blockquote></blockquote>", ""),
        ("<b>a</b> <i>b</i> <tt>c</tt> <s>d</s>", None),
    ],
)
def test_broken_structure_is_mended_without_losing_words(broken: str, mended: str | None) -> None:
    if mended is None:
        mended = "<p><strong>a</strong> <em>b</em> <code>c</code> <del>d</del></p>\n"

    assert render(broken) == mended


def test_blocks_are_the_top_level_elements_in_order() -> None:
    body = "# a\n\nb\n\n- c\n- d\n\n> e\n\n---\n\n|f|\n|-|\n|g|\n\n```\nh\n```"

    found = blocks(render(body))

    assert [(block.kind, block.text) for block in found] == [
        ("h2", "a"),
        ("p", "b"),
        ("ul", "c\nd"),
        ("blockquote", "e"),
        ("hr", ""),
        ("table", "f\ng"),
        ("pre", "h"),
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a\nb  \t c", "a b c"),
        ("a<br>b", "a b"),
        ("a\u00a0&nbsp;b", "a\u00a0\u00a0b"),
        ("**a**b*c*", "abc"),
        ("a ![alt](https://x.test/i.png) b", "a b"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("- a\n\n  b\n- c\n  - d", "a\nb\nc\nd"),
        ("```\na\n  b\n```", "a b"),
        ("<table><tr><td>a</td><td></td><td><p>b</p> c</td></tr></table>", "a\nb\nc"),
        ('<img src="/i.png" alt="a > b">c', "c"),
        ("a\x00\x07b\x9fc\ufffe", "abc"),
    ],
)
def test_a_block_s_text_is_what_a_reader_sees(body: str, text: str) -> None:
    assert [block.text for block in blocks(render(body))] == [text]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Plain", "Plain"),
        ("a <em>b</em> &ldquo;c&rdquo;", "a b “c”"),
        ("*a* [b](https://x.test) `c`", "a b c"),
        ("1. # not a list", "1. # not a list"),
        ("<script>x</script>a", "a"),
    ],
)
def test_one_line_of_markup_becomes_plain_text(typed: str, plain: str) -> None:
    assert inline_text(typed) == plain


@given(SOUP)
def test_whatever_is_written_renders_to_html_that_a_browser_reads_the_same_way(
    pieces: list[str],
) -> None:
    html = render("".join(pieces))

    assert markup._LAST.clean(html) == html
    assert "".join(block.html for block in blocks(html)) == html
    assert all(block.kind != "text" for block in blocks(html))
    assert all(b - a <= 1 for a, b in zip([1, *levels(html)], levels(html), strict=False))
    assert not re.search(r"<(script|style|svg|math|form|template|h1)\b|<[^>]*\son\w+=", html)


@given(SOUP)
def test_a_block_s_text_is_the_text_of_its_document(pieces: list[str]) -> None:
    html = render("".join(pieces))
    document = lxml_html.fragment_fromstring(html, create_parent=True) if html else None
    everything = "".join(document.itertext()) if document is not None else ""

    texts = [block.text for block in blocks(html)]

    assert "".join("".join(texts).split()) == "".join(everything.split())
    assert not any(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|  | \n|\n |\n\n", t) for t in texts)


@given(st.text())
def test_any_text_at_all_renders(text: str) -> None:
    html = render(text)

    assert "".join(block.html for block in blocks(html)) == html


@pytest.mark.parametrize(
    "hostile",
    ["<div>" * 40_000, "<div></x>" * 40_000, "<em>" * 10_000, "<b><div>" * 10_000],
    ids=["deep", "disguised", "inline", "mixed"],
)
def test_nesting_without_end_takes_no_time_without_end(hostile: str) -> None:
    start = time.process_time()

    html = render(hostile + "words")

    assert "words" in html
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "deep", ["<blockquote>" * 200 + "words" + "</blockquote>" * 200, "> " * 90 + "words"]
)
def test_words_in_the_deepest_place_are_kept(deep: str) -> None:
    html = render(deep + "\n\nafter")

    assert [block.text for block in blocks(html)] == ["words", "after"]

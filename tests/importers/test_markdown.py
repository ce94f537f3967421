"""Markdown with front matter: every field, every dialect's tags, every mistake on its line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.importers import ImportProblem, Parsed, UnreadableArticle
from app.importers.markdown import parse
from app.rules.markup import blocks, render


def article(body: str = "Words.", head: str = "title: A headline", name: str = "a.md") -> Parsed:
    return parse(name, f"---\n{head}\n---\n{body}".encode())


def refused(source: bytes, name: str = "a.md") -> str:
    with pytest.raises(UnreadableArticle) as caught:
        parse(name, source)
    return str(caught.value)


def text_of(body: str) -> list[str]:
    return [block.text for block in blocks(render(article(body).draft.text.body)) if block.text]


def messages(parsed: Parsed) -> list[str]:
    return [f"{remark.line}: {remark.message}" for remark in parsed.remarks]


def test_every_field_of_the_head_has_its_place() -> None:
    parsed = article(
        head="""title: "A *headline* &amp; more"
description: |
  Two
  lines
authors: [jo-li, Mary O'Neill]
tags: one, two words, one
date: 2026-11-24T08:00:00+08:00
section: World
key_points:
  - First
  - <em>Second</em>
source:
  name: A wire
  url: https://wire.test/1
ai_disclosure: None.
lang: en_SG
image: https://x.test/a.jpg
image_alt: A picture
image_caption: Its caption""",
        name="2020-01-02-The_Slug.md",
    )

    text = parsed.draft.text
    assert parsed.remarks == ()
    assert parsed.draft.slug == "the-slug"
    assert parsed.draft.published_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert (text.headline, text.standfirst) == ("A headline & more", "Two lines")
    assert text.byline == ("Jo Li", "Mary O'Neill")
    assert text.tags == ("one", "two words")
    assert (text.section, text.key_points) == ("World", ("First", "Second"))
    assert (text.source_name, text.source_url) == ("A wire", "https://wire.test/1")
    assert (text.ai_disclosure, text.language) == ("None.", "en-SG")
    assert text.image_url == "https://x.test/a.jpg"
    assert (text.image_alt, text.image_caption) == ("A picture", "Its caption")


def test_fields_have_other_names_too() -> None:
    text = article(
        head="title: T\nexcerpt: E\nauthor: Jo Li and Mary\ntags: a b\ncategory: C\n"
        "source_name: N\nsource_url: 'javascript:alert(1)'\nlanguage: '!'"
    ).draft.text

    assert text.standfirst == "E"
    assert text.byline == ("Jo Li", "Mary")
    assert text.tags == ("a", "b")
    assert text.section == "C"
    assert (text.source_name, text.source_url) == ("N", "")
    assert text.language == "en"


@pytest.mark.parametrize(
    ("typed", "at", "remark"),
    [
        ("2014-03-12", datetime(2014, 3, 12, tzinfo=UTC), ""),
        ("'2014-03-12T10:11:00-04:00'", datetime(2014, 3, 12, 14, 11, tzinfo=UTC), ""),
        ("2014-03-12 10:11:12.5 Z", datetime(2014, 3, 12, 10, 11, 12, tzinfo=UTC), ""),
        ("2016-06-17 12:00-400", datetime(2016, 6, 17, 16, tzinfo=UTC), ""),
        ("2016-03-23 9:00 EDT", datetime(2016, 3, 23, 13, tzinfo=UTC), ""),
        ("2016-03-23 09:00", datetime(2016, 3, 23, 9, tzinfo=UTC), "no zone"),
        ("2017-11-8", datetime(2017, 11, 8, tzinfo=UTC), ""),
        ("April 23, 2020", datetime(2020, 4, 23, tzinfo=UTC), ""),
        ("3 Sept. 2020", datetime(2020, 9, 3, tzinfo=UTC), ""),
        ("2017-09-07 (optional)", datetime(2017, 9, 7, tzinfo=UTC), "(optional)"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, at: datetime, remark: str) -> None:
    parsed = article(head=f"title: T\ndate: {typed}")

    assert parsed.draft.published_at == at
    assert [remark in message for message in messages(parsed)] == [True] * bool(remark)


def test_a_missing_date_comes_from_the_file_s_name_if_it_has_one() -> None:
    dated = article(name="posts/2024-12-5-a.md")
    undated = article(name="posts/2024-13-5-a.md")

    assert dated.draft.published_at == datetime(2024, 12, 5, tzinfo=UTC)
    assert messages(dated) == ["None: There is no date: taken from the file’s name."]
    assert undated.draft.published_at is None
    assert len(undated.remarks) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "a.md:1: There is no front matter: the first line must be three dashes."),
        (b"Words.", "a.md:1: There is no front matter: the first line must be three dashes."),
        (b"---\ntitle: T\nWords.", "a.md:1: The front matter that begins here never ends."),
        (b"---\n---\nWords.", "a.md:2: The front matter is not a list of named fields."),
        (b"---\n- a\n---\nWords.", "a.md:2: The front matter is not a list of named fields."),
        (b"---\ndate: 2020-01-01\n---\nW", "a.md:1: The front matter has no title, which"),
        (b"---\na: b\ntitle: ~\n---\nWords.", "a.md:3: The front matter has no title"),
        (b"---\na: b\ntitle: '<b></b>'\n---\nWords.", "a.md:3: The front matter has no title"),
        (b"---\na: b\ntitle: %s\n---\nW" % (b"x" * 301), "a.md:3: The title has 301 characters"),
        (b"---\ntitle: 'x\n---\nWords.", "The front matter is broken YAML: "),
        (b"---\ntitle: T\nb: c: d\n---\nW", "a.md:3: The front matter is broken YAML: mapping"),
        (b"---\ntitle: T\ndate: soon\n---\nW", "a.md:3: “soon” is not a date."),
        (b"---\ntitle: T\ndate: 2020-13-01\n---\nW", "a.md:3: “2020-13-01” is not a date."),
        (b"---\ntitle: T\ndate: Marchember 3, 2020\n---\nW", "is not a date."),
        (b"---\ntitle: T\ndate: 2020-01-01 10:00 XYZ\n---\nW", "“XYZ” is not a time zone."),
        (b"---\ntitle: T\ndate: 2020-01-01 10:00 +25:00\n---\nW", "“+25:00” is not a time zone."),
        (b"---\ntitle: T\ndate: 0001-01-01 00:00 +14:00\n---\nW", "is not a date."),
        (b"---\ntitle: T\n---\n", "a.md:4: The article has no text."),
        (b"---\ntitle: T\n---\n<p></p>\n![a](/b.png)\n", "a.md:4: The article has no text."),
        (b"---\ntitle: T\n---\na\r\nb \xff", "a.md:5: Byte 0xff at offset 22 is not UTF-8."),
        (b"\xef\xbb\xbf---\n\xc3(", "a.md:2: Byte 0xc3 at offset 7 is not UTF-8."),
        (b"---\ntitle: T\n---\na\r\rb\x00", "a.md:6: A NUL byte at offset 21"),
        ("---\ntitle: T\n---\nW".encode("utf-16"), "a.md:1: This is UTF-16 text"),
        (b"x" * 2_000_001, "a.md: An article's file may have 2 MB at most"),
        (b'---\ntitle: "\\U00110000"\n---\nW', "a.md:2: The front matter is broken YAML: "),
        (b"---\ntitle: T\n\tb: c\n---\nW", "a.md:3: The front matter is broken YAML: "),
        (b"---\ntitle: " + b"[" * 5000 + b"\n---\nW", "a.md:2: The front matter is nested too"),
        (b"---\na: &a [x]\nb: [%s]\n---\nW" % (b"*a," * 50), "The front matter is full of aliases"),
        (b"---\na: " + b"x" * 70_000 + b"\n---\nW", "a.md:1: The front matter is longer than"),
        (b"---\na: *b\n---\nW", "a.md:2: The front matter is broken YAML: found undefined alias"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_line_number(
    source: bytes, message: str
) -> None:
    said = refused(source)

    assert message in said
    assert said.startswith("a.md:")
    assert "\n" not in said


def test_python_s_own_yaml_tags_do_nothing() -> None:
    parsed = article(head="title: !!python/object/apply:os.system touch x")

    assert parsed.draft.text.headline == "touch x"


def test_a_few_aliases_and_one_that_holds_itself_do_no_harm() -> None:
    parsed = article(head="title: &t T\ntags: &loop [*t, *loop]\nsection: *t")

    assert parsed.draft.text.section == "T"
    assert parsed.draft.text.tags == ("T",)


def test_control_characters_are_left_out_and_remarked() -> None:
    parsed = parse("a.md", b'---\ntitle: "a\\0b\\x07"\ndate: 2020-01-01\n---\nc\x1bd \x08\n')

    assert parsed.draft.text.headline == "ab"
    assert parsed.draft.text.body == "cd "
    assert messages(parsed) == [
        "5: 2 control characters were left out.",
        "2: Control characters in “title” were left out.",
    ]


def test_line_ends_of_every_system_and_a_byte_order_mark_are_fine() -> None:
    unix = article("a\nb\n\nc").draft
    windows = parse("a.md", b"\xef\xbb\xbf---\r\ntitle: A headline\r\n---\r\na\r\nb\r\n\r\nc").draft

    assert windows == unix


def test_a_field_that_stands_there_twice_is_remarked() -> None:
    parsed = article(head="title: A\nTitle: B\ndate: 2020-01-01")

    assert parsed.draft.text.headline == "B"
    assert messages(parsed) == ["3: “title” stands here a second time: the last one counts."]


def test_template_tags_are_left_out_and_named_with_their_lines() -> None:
    parsed = article(
        'One {% image "a.png" %} two.\n\n{% include x.html,\n  a: "b" %}\n\n{{ page.title }}\n'
        '\n{% image "b.png" %}\n\n{% image "c.png" %}\n\nEnd.',
        head="title: T\ndate: 2020-01-01",
    )

    assert parsed.draft.text.body == "One  two.\n\nEnd."
    assert messages(parsed) == [
        "5: The template tag “{% image %}” was left out. Also on lines 12, 14.",
        "7: The template tag “{% include %}” was left out.",
        "10: The template output “{{ page.title }}” was left out.",
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("a {% raw %}{{ b }}{% endraw %} c", ["a {{ b }} c"]),
        ("`{% raw %}{{{% endraw %} b }}`", ["{{ b }}"]),
        ("```\n{% raw %}\n{{ a }}\n{% endraw %}\n{% b %}\n```", ["{{ a }} {% b %}"]),
        ("    {{ code }}", ["{{ code }}"]),
        ("<pre>{{ a }}\n\n{: .b }</pre>", ["{{ a }} {: .b }"]),
        ("a{% comment %}\n\nb\n\n{% endcomment %}c", ["a", "c"]),
        ("{% highlight ruby %}\n{{ a }}\n{% endhighlight %}", ["{{ a }}"]),
        ('“a” – {{ "jo-li" | team_link }}', ["“a” – Jo Li"]),
        ("## a {#id}\n\nb\n{: .c}", ["a", "b"]),
        ("a\n{:.b}\n\n![c](https://x.test/c.png){.d .e}\n\nf", ["a", "f"]),
        ("a\n\n* TOC\n{:toc}\n\nb", ["a", "b"]),
        ("Price: ${.5} {x}", ["Price: ${.5} {x}"]),
        ("a[^1] b\n\n[^1]: c", ["a1 b", "1 c"]),
        ("a <!-- b\n\nc --> d <!-- e", ["a", "d e"]),
        ("a<script>b\n\n'<script>'</script>c <iframe src='d'></iframe>", ["a", "c"]),
        ("a <style>b</style> <svg><title>c</title></svg> d", ["a d"]),
        ("<div class='x'>\n\t<blockquote>\n\ta\n\n\tb\n\t</blockquote>\n</div>", ["a\nb"]),
        ("<figure>\n    {% image %}\n\n    <figcaption>a</figcaption>\n</figure>", ["a"]),
    ],
)
def test_what_only_another_system_understands_is_left_out(body: str, text: list[str]) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        ("[a](/b)", "a"),
        ('[a]({{ site.baseurl }}/b "c")', "a"),
        ('[a *b*]({{ "/c" | url }})', "a *b*"),
        ("[a]({{%20site.baseurl%20}}/b)", "a"),
        ("[a](#b) [c](d/e.html)", "a c"),
        ("[a](https://x.test/b(c)d)", "[a](https://x.test/b(c)d)"),
        ("[a](//x.test) [b](mailto:b@x.test)", "[a](//x.test) [b](mailto:b@x.test)"),
        ("[a][B] [b][] [c]\n\n[b]: /x\n[c]: https://x.test", "a b [c]\n\n[c]: https://x.test"),
        ("a ![b](/c.png) d", "a  d"),
        ("![a](https://x.test/b.png)", "![a](https://x.test/b.png)"),
        ("x [![a](/b.png)](https://x.test/c) y", "x  y"),
        ("x [![a](/b.png) c](/d) y", "x  c y"),
        ('<a href="/b">a</a>', "a"),
        (
            '<a class="c" href="https://x.test" onclick="x()">a</a>',
            '<a href="https://x.test">a</a>',
        ),
        ("<img src='https://x.test/a'>", "<img src='https://x.test/a'>"),
        ("x <img src='{{ page.image }}' alt='b'> y", "x  y"),
        ("`[a](/b)` and \\[a](/b)", "`[a](/b)` and \\[a](/b)"),
    ],
)
def test_pictures_and_links_of_the_other_site_are_resolved(body: str, markdown: str) -> None:
    assert article(f"Words.\n\n{body}").draft.text.body == f"Words.\n\n{markdown}"


def test_a_picture_that_stayed_behind_takes_its_caption_along() -> None:
    parsed = article(
        head="title: T\ndate: 2020-01-01\nimage: /a.png\nimage_alt: A\nimage_caption: C"
    )

    assert parsed.draft.text.image_url == ""
    assert parsed.draft.text.image_alt == ""
    assert parsed.draft.text.image_caption == ""
    assert messages(parsed) == ["4: The picture’s address is no complete web address: left out."]


def test_lines_are_those_of_the_file_whatever_was_cut_before() -> None:
    parsed = article(
        "{% comment %}\n\n\n{% endcomment %}\n```\ncode\n\ncode\n```\n"
        "<script>\n\n</script>\n[a](/b)",
        head="title: T\ndate: 2020-01-01",
    )

    assert messages(parsed) == [
        "14: The element <script> was left out.",
        "17: A link within the site this came from became plain text.",
    ]


def attempt(name: str, source: bytes) -> Parsed | ImportProblem:
    try:
        return parse(name, source)
    except UnreadableArticle as error:
        return error.problem


@settings(max_examples=300, deadline=None)
@given(st.binary())
@example(b"---\n")
@example(b"---\n---")
def test_no_bytes_cause_anything_but_an_unreadable_article(source: bytes) -> None:
    result = attempt("a.md", source)

    if isinstance(result, ImportProblem):
        assert str(result).isprintable()
    else:
        assert result.draft.text.headline


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.text(max_size=400))
def test_no_head_and_no_body_do_either(head: str, body: str) -> None:
    source = f"---\ntitle: T\n{head}\n---\n{body}".encode("utf-8", "surrogatepass")
    result = attempt("2020-01-01-a.md", source)

    if isinstance(result, ImportProblem):
        assert str(result).isprintable()
    else:
        assert "\x00" not in result.draft.text.body


MIXTURE = (
    "{% raw %}|{% endraw %}|{% comment %}|{% endcomment %}|{% x %}|{{ y }}|{{|}}|{%|%}|```|`"
    "|<script>|</script>|<!--|-->|<div>|</div>|<pre>|</pre>|[a](/b)|![a](/b)|[^1]|[^1]:|{: .x}"
    "|[|](|)|<a href=/x>|</a>|<img src=https://x.test/a>|<figure>|</figure>|\n|\n\n|\t| |    |- "
    "|> |word"
).split("|")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MIXTURE), max_size=30))
def test_no_mixture_of_tags_leaves_a_mark_of_the_work_behind(pieces: list[str]) -> None:
    parsed = article("word\n\n" + "".join(pieces))

    assert not set("\x00\x01\x02\x03\x04") & set(parsed.draft.text.body)
    assert "<script" not in render(parsed.draft.text.body)
    assert blocks(render(parsed.draft.text.body))[0].text.startswith("word")

"""What the export writes is read back to the letter, whatever an article holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importers import Parsed, UnreadableArticle, read, wordpress
from app.importers.exported import BEGINNING, write
from app.importers.markdown import parse
from app.rules.markup import without_unseen
from app.rules.texts import ArticleDraft, VersionText
from tests.importers.conftest import shared

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
TEXT = VersionText(
    headline="“A harbour”: *its* {{ town }}, & more # <b>",
    standfirst="null",
    body="---\n{% raw %} [x](/local)\n\n![p](q.jpg) {.red}\n\n  end  ",
    key_points=("~", "- a", "1964"),
    byline=("noor-salleh", "Tan: Wei"),
    section="[Ports]",
    tags=("true", "sea, air"),
    source_name="The 'yearbook'",
    source_url="https://example.org/yearbook",
    ai_disclosure="Ja\u2028nein \U0001f6a2",
    language="en-SG",
    image_url="/harbour.jpg",
    image_alt="A\tquay.",
    image_caption="---",
)
DRAFT = ArticleDraft("a-harbour-2", TEXT, AT)


def _broken(**fields: str) -> bytes:
    head = {"slug": "a", "title": "A", **fields}
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    return BEGINNING + lines.encode() + b"---\nText.\n"


def test_every_part_of_an_article_is_read_back() -> None:
    parsed = parse("any.md", write(DRAFT, "posts/harbour.md"))

    assert parsed == Parsed(DRAFT, (), names_itself=True, origin="posts/harbour.md")


def test_an_article_from_the_desk_has_no_origin() -> None:
    parsed = parse("any.md", write(DRAFT, None))

    assert (parsed.names_itself, parsed.origin) == (True, None)


def test_empty_parts_stay_empty() -> None:
    draft = ArticleDraft("a", VersionText(headline="A"), None)

    assert parse("any.md", write(draft, None)).draft == draft


words = st.text(max_size=40).map(lambda text: " ".join(without_unseen(text).split()))


@given(headline=words.filter(bool), standfirst=words, points=st.lists(words.filter(bool)))
@settings(max_examples=200, deadline=None)
def test_any_words_are_read_back(headline: str, standfirst: str, points: list[str]) -> None:
    text = VersionText(headline=headline, standfirst=standfirst, key_points=tuple(points))
    draft = ArticleDraft("a", text, AT)

    assert parse("any.md", write(draft, None)).draft == draft


@given(st.text(max_size=80).map(lambda text: without_unseen(text).replace("\r", "\n")))
@settings(max_examples=200, deadline=None)
def test_any_body_is_read_back(body: str) -> None:
    draft = ArticleDraft("a", VersionText(headline="A", body=body), AT)

    assert parse("any.md", write(draft, None)).draft == draft


@pytest.mark.parametrize("body", ["a\rb", "a\x00b", "a\ud800b", "a\x0bb", "x" * 2_100_000])
def test_what_no_file_would_give_back_is_not_written(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        write(replace(DRAFT, text=replace(TEXT, body=body)), None)


@pytest.mark.parametrize(
    ("fields", "line", "said"),
    [
        ({"slug": "../../etc"}, 3, "no address"),
        ({"slug": "Ä"}, 3, "no address"),
        ({"slug": "a" * 121}, 3, "no address"),
        ({"title": ""}, 4, "no title"),
        ({"title": "x" * 301}, 1, "longer than"),
        ({"date": "soon"}, 5, "not a date"),
        ({"source_url": "javascript:x()"}, 5, "no complete web address"),
        ({"image": "//example.org/a.jpg"}, 5, "no picture"),
        ({"lang": "en'><script>"}, 5, "no language"),
    ],
)
def test_a_file_that_was_changed_by_hand_is_checked(
    fields: dict[str, str], line: int, said: str
) -> None:
    with pytest.raises(UnreadableArticle, match=said) as error:
        parse("any.md", _broken(**fields))

    assert error.value.problem.line == line


def test_a_file_of_a_newer_program_is_refused() -> None:
    with pytest.raises(UnreadableArticle, match="newer"):
        parse("any.md", _broken().replace(b"'1'", b"'2'"))


def test_every_real_post_is_read_back(posts: dict[Path, Parsed]) -> None:
    for path, parsed in posts.items():
        again = parse("any.md", write(parsed.draft, path.name))
        assert (again.draft, again.origin, again.remarks) == (parsed.draft, path.name, ())


def test_every_item_of_the_real_export_and_every_demo_article_is_read_back(seed: Path) -> None:
    export = wordpress.read(shared("wordpress", "themeunittestdata.wordpress.xml"))
    demo = Path(__file__).parents[2] / "app" / "demo" / "articles"
    drafts = [each.draft for each in export.articles() if isinstance(each, Parsed)]
    drafts += [read(path).draft for path in (*sorted(demo.glob("*.md")), seed)]

    for draft in drafts:
        assert parse("any.md", write(draft, None)).draft == draft
    assert len(drafts) == 54 + 16 + 1

"""How a difference is shown: each mark is spoken, and so is what cannot be seen."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Flask, get_template_attribute

from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText


def shown(app: Flask, before: str, after: str) -> lxml.html.HtmlElement:
    """Return the difference of two bodies as it stands on a page."""
    old, new = VersionText("Harbour", body=before), VersionText("Harbour", body=after)
    with app.test_request_context():
        drawn = get_template_attribute("components/diff.html", "difference")
        return lxml.html.fromstring(str(drawn(compare_versions(old, new))))


def spoken(html: lxml.html.HtmlElement, tag: str) -> list[str]:
    """Return what is said of each mark."""
    return [" ".join(mark.text_content().split()) for mark in html.iter(tag)]


def test_words_that_went_and_came_are_spoken(app: Flask) -> None:
    html = shown(app, "It opened in 1964.", "It opened in 1965.")

    assert spoken(html, "del") == ["Deleted: 1964"]
    assert spoken(html, "ins") == ["Inserted: 1965"]


@pytest.mark.parametrize(
    ("before", "after", "went", "came"),
    [
        ("One here. Two there.", "One here.\n\nTwo there.", [], ["Inserted: paragraph break"]),
        ("One here.\n\nTwo there.", "One here. Two there.", ["Deleted: paragraph break"], []),
        ("- one here\n- two there", "- one here two there", ["Deleted: line break"], []),
        ("set—and", "set — and", [], ["Inserted: space", "Inserted: space"]),
        ("ten berths", "ten\u00a0berths", [], ["Inserted: no-break space"]),
        ("ten\u00a0berths", "ten berths", ["Deleted: no-break space"], []),
        ("long term", "long-term", [], ["Inserted: -"]),
    ],
)
def test_white_space_that_changed_is_spoken_by_its_name(
    app: Flask, before: str, after: str, went: list[str], came: list[str]
) -> None:
    html = shown(app, before, after)

    assert spoken(html, "del") == went
    assert spoken(html, "ins") == came


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "[it](https://a.example/)",
            "[it](https://b.example/)",
            "“it” led to https://a.example/ and now leads to https://b.example/.",
        ),
        (
            "[it](https://a.example/)",
            "it",
            "“it” is no longer a link; it led to https://a.example/.",
        ),
        ("it", "[it](https://a.example/)", "“it” is now a link, to https://a.example/."),
        ("## Berths", "Berths", "This was a heading and is now a paragraph."),
        ("*Now*", "Now", "“Now” was in italics and is now plain."),
        (
            "Now\n\n![a](https://a.example/1.png)",
            "Now",
            "The picture https://a.example/1.png was taken out here.",
        ),
        (
            "Now\n\n![a](https://a.example/1.png)",
            "Now\n\n![](https://a.example/1.png)",
            "The picture https://a.example/1.png is no longer described; it was, as “a”.",
        ),
    ],
)
def test_what_changed_beside_the_words_is_a_sentence(
    app: Flask, before: str, after: str, sentence: str
) -> None:
    html = shown(app, before, after)

    (note,) = html.cssselect(".diff-notes li")
    assert " ".join(note.text_content().split()) == sentence


def test_a_hostile_address_or_word_stays_text(app: Flask) -> None:
    html = shown(app, "[<b>it</b>](https://a.example/)", '[it](https://b.example/?q="><script>)')

    assert not html.cssselect("script, b")
    assert "%3Cscript%3E" in html.cssselect(".diff-notes")[0].text_content()

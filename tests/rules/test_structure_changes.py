"""What changed beside the words is said: links, headings, lists, pictures, emphasis."""

from __future__ import annotations

import pytest

from app.rules.differences import Change, Note, Row, Unchanged, excerpt
from app.rules.structure_changes import compare_versions
from app.rules.texts import VersionText

OPENING = "The harbour opened in 1964."


def version(*blocks: str) -> VersionText:
    """Return a version with a body of these blocks of Markdown."""
    return VersionText("Harbour to open", body="\n\n".join(blocks))


def compared(before: str, after: str) -> tuple[Row, ...]:
    """Compare two versions whose body is one block between two that stay."""
    return compare_versions(
        version(OPENING, before, "The end."), version(OPENING, after, "The end.")
    )


def notes(before: str, after: str) -> list[Note]:
    """Return what is said of the change of one block."""
    return [
        note for row in compared(before, after) if isinstance(row, Change) for note in row.notes
    ]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (
            "See [the guide](https://a.example/).",
            "See [the guide](https://b.example/).",
            Note("link", "the guide", "https://a.example/", "https://b.example/"),
        ),
        (
            "See [the guide](https://a.example/).",
            "See the guide.",
            Note("link", "the guide", "https://a.example/", ""),
        ),
        (
            "See the guide.",
            "See [the guide](https://b.example/).",
            Note("link", "the guide", "", "https://b.example/"),
        ),
        (
            "See [here](https://a.example/) for more.",
            "See [the records](https://b.example/) for more.",
            Note("link", "the records", "https://a.example/", "https://b.example/"),
        ),
        ("## Berths", "Berths", Note("kind", "", "h2", "p")),
        ("- one\n- two", "1. one\n2. two", Note("kind", "", "ul", "ol")),
        ("It was *not* so.", "It was not so.", Note("emphasis", "not", "em", "")),
        ("It was *not* so.", "It was **not** so.", Note("emphasis", "not", "em", "strong")),
        (
            "![Quay](https://a.example/1.png)",
            "![Quay](https://a.example/2.png)",
            Note("picture", "Quay", "https://a.example/1.png", "https://a.example/2.png"),
        ),
        (
            "![Quay](https://a.example/1.png)",
            "",
            Note("picture", "Quay", "https://a.example/1.png", ""),
        ),
        (
            "![Quay](https://a.example/1.png)",
            "![The old quay](https://a.example/1.png)",
            Note("description", "https://a.example/1.png", "Quay", "The old quay"),
        ),
    ],
)
def test_what_changed_beside_the_words_is_said(before: str, after: str, note: Note) -> None:
    assert notes(before, after) == [note]


def test_a_heading_of_another_level_is_said_of_it_alone() -> None:
    before = version("## Port", OPENING, "### Berths")
    after = version("## Port", OPENING, "## Berths")

    rows = compare_versions(before, after)

    assert isinstance(rows[0], Unchanged)
    assert isinstance(rows[1], Change)
    assert rows[1].notes == (Note("kind", "", "h3", "h2"),)
    assert rows[1].now == "Berths"
    assert rows[1].position == 3


def test_blocks_beside_one_of_which_something_is_said_stay_folded() -> None:
    rows = compared("See [it](https://a.example/).", "See [it](https://b.example/).")

    assert [row.is_change for row in rows] == [False, True, False]
    assert rows[0] == Unchanged(("Harbour to open", OPENING))


def test_nothing_is_said_of_links_in_words_that_only_went_or_came() -> None:
    before = version(OPENING, "See [the guide](https://a.example/).")

    rows = compare_versions(before, version(OPENING))

    assert [row.notes for row in rows if isinstance(row, Change)] == [()]


def test_the_same_link_on_other_words_needs_no_word() -> None:
    assert notes("See [here](https://a.example/).", "See [there](https://a.example/).") == []


def test_of_links_that_are_repeated_only_the_changed_one_is_told() -> None:
    link, other = "[it](https://a.example/)", "[it](https://b.example/)"

    found = notes(f"{link}, {link}, {link}", f"{link}, {other}, {link}")

    assert found == [Note("link", "it", "https://a.example/", "https://b.example/")]


def test_words_that_changed_are_marked_beside_what_is_said() -> None:
    (change,) = [
        row
        for row in compared("## In 1964", "### In 1965\n\n#### And so")
        if isinstance(row, Change) and row.was
    ]

    assert change.is_marked
    assert "1965" in change.now


def test_an_excerpt_is_of_words_and_not_of_what_is_beside_them() -> None:
    rows = compared("See [it](https://a.example/).", "See [it](https://b.example/).")

    assert excerpt(rows) is None


def test_a_version_does_not_differ_from_itself() -> None:
    text = version(
        "## One", "*Two* [three](https://a.example/)", "![four](https://a.example/4.png)"
    )

    assert all(isinstance(row, Unchanged) for row in compare_versions(text, text))


def test_versions_without_words_can_be_compared() -> None:
    empty = VersionText("")

    assert compare_versions(empty, empty) == ()
    assert compare_versions(VersionText("", body="![a](https://a.example/a.png)"), empty) == ()

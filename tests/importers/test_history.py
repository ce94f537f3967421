"""Histories: each line is checked, each revision dated and declared, and nothing is guessed."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.importers import UnreadableArticle, history
from app.importers.exported import write
from app.importers.history import PastArticle, Reading
from app.rules.declarations import Declaration
from app.rules.kinds import CorrectionKind
from app.rules.markup import blocks, render
from app.rules.structure_changes import compare_versions
from app.rules.texts import ArticleDraft, VersionText
from tests.importers.conftest import shared

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PATH = "2015-03-01-a-harbour.md"


def text(year: int = 1964, **fields: str) -> str:
    head = {"title": "A harbour", "date": "2015-03-01", **fields}
    lines = "\n".join(f"{name}: {value}" for name, value in head.items())
    return f"---\n{lines}\n---\nIt opened in {year}.\n"


def revision(day: int = 1, body: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"date": f"2015-03-{day:02}T10:00:00-05:00", "text": body or text(1960 + day), **fields}


def parse(*revisions: Any, otherwise: Declaration | None = None, **fields: Any) -> PastArticle:
    record = {"path": PATH, "revisions": list(revisions), **fields}
    return history.parse(Reading("h.jsonl", NOW, otherwise), 7, json.dumps(record).encode())


def refusal(line: bytes) -> str:
    with pytest.raises(UnreadableArticle) as error:
        history.parse(Reading("h.jsonl", NOW), 7, line)
    return str(error.value)


def test_revisions_become_versions_with_their_times() -> None:
    past = parse(revision(1), revision(2), revision(9))

    assert past.origin == PATH
    assert past.history.slug == "a-harbour"
    assert past.history.published_at == datetime(2015, 3, 1, tzinfo=UTC)
    assert [version.at.day for version in past.history.versions] == [1, 2, 9]
    assert past.history.versions[0].at == datetime(2015, 3, 1, 15, tzinfo=UTC)
    assert [version.text.body[-5:] for version in past.history.versions] == [
        "1961.",
        "1962.",
        "1969.",
    ]


def test_the_first_version_declares_nothing_and_each_later_one_does() -> None:
    past = parse(revision(1, reason="minor"), revision(2, reason="minor"), revision(3))

    declared = [version.declaration for version in past.history.versions]
    assert declared[0] is None
    assert declared[1] == Declaration(kind=CorrectionKind.MINOR, notice="")
    assert past.undeclared == 1


def test_a_declared_correction_comes_with_its_notice() -> None:
    past = parse(revision(1), revision(2, reason="correction", notice=" It was 1962. "))

    assert past.history.versions[1].declaration == Declaration(
        kind=CorrectionKind.CORRECTION, notice="It was 1962."
    )
    assert past.undeclared == 0


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("typo fix", CorrectionKind.MINOR),
        ("Misc blog Markdown fixes", CorrectionKind.MINOR),
        ("Remove or correct broken links", CorrectionKind.MINOR),
        ("Correction: it was 1965", CorrectionKind.UPDATE),
        ("New figures", CorrectionKind.UPDATE),
        ("", CorrectionKind.UPDATE),
    ],
)
def test_a_message_speaks_of_small_things_or_makes_an_update_and_never_a_correction(
    message: str, kind: CorrectionKind
) -> None:
    past = parse(revision(1), revision(2, message=message))

    assert past.history.versions[1].declaration == Declaration(kind=kind, notice="")


def test_what_the_importing_person_says_goes_before_messages_and_after_declarations() -> None:
    said = Declaration(kind=CorrectionKind.CORRECTION, notice="See the log.")

    past = parse(
        revision(1),
        revision(2, message="typo"),
        revision(3, reason="update"),
        otherwise=said,
    )

    kinds = [version.declaration for version in past.history.versions[1:]]
    assert kinds == [said, Declaration(kind=CorrectionKind.UPDATE, notice="")]


def test_what_changes_nothing_that_readers_see_is_no_version() -> None:
    past = parse(
        revision(1),
        revision(2, text(1961, layout="post")),
        revision(3, text(1961), reason="update", notice="Nothing happened."),
        revision(4),
    )

    assert [version.at.day for version in past.history.versions] == [1, 4]
    assert [remark.severity for remark in past.remarks] == ["changed"]
    assert "changes nothing that readers see" in past.remarks[0].message


def test_a_revision_that_cannot_be_read_is_named_and_the_others_come_in() -> None:
    past = parse(revision(1), revision(2, "---\ntitle: [unclosed\n---\nText.\n"), revision(3))

    assert [version.at.day for version in past.history.versions] == [1, 3]
    (remark,) = past.remarks
    assert (remark.path, remark.line, remark.severity) == ("h.jsonl", 7, "skipped")
    assert remark.message.startswith(f"Revision 2 of {PATH}: line ")


def test_a_revision_dated_before_the_one_it_follows_gets_that_ones_time() -> None:
    past = parse(revision(5), revision(3), revision(6))

    days = [version.at.day for version in past.history.versions]
    assert days == [5, 5, 6]
    assert [remark.severity for remark in past.remarks] == ["changed"]


@pytest.mark.parametrize("date", ["2027-01-01", "last Tuesday", "0001-01-01T00:00+14:00", ""])
def test_a_revision_without_a_sensible_date_is_left_out(date: str) -> None:
    past = parse(revision(1), {"date": date, "text": text(1999)})

    assert len(past.history.versions) == 1
    assert past.remarks[0].severity == "skipped"


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    past = parse({"date": "2015-03-01T10:00:00", "text": text()})

    assert past.history.versions[0].at == datetime(2015, 3, 1, 10, tzinfo=UTC)
    assert "taken as UTC" in past.remarks[0].message


def test_an_exported_text_says_itself_which_article_it_is() -> None:
    draft = ArticleDraft("another-slug", VersionText(headline="A", body="B"), NOW)

    known = parse(revision(1, write(draft, "origin.md").decode()))
    by_address = parse(revision(1, write(draft, None).decode()))

    assert (known.origin, known.history.slug) == ("origin.md", "another-slug")
    assert (by_address.origin, by_address.history.slug) == (None, "another-slug")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"path": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"path": "\xff"}', "not UTF-8"),
        (b"[]", "“path”"),
        (b'{"revisions": []}', "“path”"),
        (b'{"path": "a\\u0000.md", "revisions": []}', "“path”"),
        (b'{"path": "' + b"a" * 501 + b'", "revisions": []}', "“path”"),
        (b'{"path": "a.md", "revisions": []}', "“revisions”"),
        (b'{"path": "a.md", "revisions": {}}', "“revisions”"),
        (b'{"path": "a.md", "revisions": [1]}', "“date”"),
        (b'{"path": "a.md", "revisions": [{"date": "2015-01-01"}]}', "“text”"),
        (b'{"path": "a.md", "revisions": [{"date": 1, "text": ""}]}', "“date”"),
        (b'{"path": "a.md", "revisions": [{"date": "2015-01-01", "text": ""}]}', "No revision"),
    ],
)
def test_a_line_that_is_none_says_so_with_its_number(line: bytes, said: str) -> None:
    message = refusal(line)

    assert message.startswith("h.jsonl:7: ")
    assert said in message


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "fix"}, "is no reason"),
        ({"notice": "Words without a reason."}, "is no reason"),
        ({"reason": "correction"}, "needs a “notice”"),
        ({"reason": "correction", "notice": "  "}, "needs a “notice”"),
        ({"reason": "correction", "notice": "\0\ud800"}, "needs a “notice”"),
        ({"reason": "correction", "notice": "x" * 2001}, "longer than 2000"),
        ({"reason": 3}, "“reason”"),
    ],
)
def test_a_declaration_that_says_nothing_fails_its_line(fields: dict[str, Any], said: str) -> None:
    record = {"path": PATH, "revisions": [revision(1), revision(2, **fields)]}

    assert said in refusal(json.dumps(record).encode())


def test_halves_of_characters_and_nul_are_left_out() -> None:
    past = parse(revision(1, text().replace("opened", "op\ud800en\x00ed")))

    assert past.history.versions[0].text.body == "It opened in 1964."


def test_what_no_database_holds_is_left_out_of_a_notice() -> None:
    past = parse(
        revision(1), revision(2, text(1965), reason="correction", notice="It\0 \udcffwas.")
    )

    assert [v.declaration.notice for v in past.history.versions if v.declaration] == ["It was."]


def test_lines_that_are_too_long_are_cut_off_and_those_after_them_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "LONGEST_LINE", 10)

    read = list(history.lines(io.BytesIO(b"short\n" + b"x" * 35 + b"\nlast")))

    assert [(number, len(line)) for number, line in read] == [(1, 6), (2, 11), (3, 4)]
    assert "longer than" in refusal(read[1][1])


@pytest.fixture(scope="module")
def real() -> list[PastArticle]:
    """Every article of the blog that has a past."""
    path: Path = shared("18f-blog", "history.jsonl")
    with path.open("rb") as file:
        reading = Reading(str(path), NOW)
        return [history.parse(reading, number, line) for number, line in history.lines(file)]


@pytest.mark.slow
def test_every_real_history_comes_in_and_every_version_renders(real: list[PastArticle]) -> None:
    versions = [version for past in real for version in past.history.versions]

    assert len(real) == 218
    assert len(versions) > 880
    for version in versions:
        assert any(block.text for block in blocks(render(version.text.body)))
        assert version.at.utcoffset() == timedelta(0)


@pytest.mark.slow
def test_real_versions_stand_in_order_and_declare_why_they_are(real: list[PastArticle]) -> None:
    for past in real:
        first, *later = past.history.versions
        assert first.declaration is None
        assert all(version.declaration and not version.declaration.notice for version in later)
        for before, after in pairwise(past.history.versions):
            assert before.at <= after.at
            assert before.text != after.text


@pytest.mark.slow
def test_every_pair_of_neighbours_in_the_real_histories_can_be_compared(
    real: list[PastArticle],
) -> None:
    pairs = [pair for past in real for pair in pairwise(past.history.versions)]

    assert len(pairs) > 660
    for before, after in pairs:
        compare_versions(before.text, after.text)


@pytest.mark.slow
def test_hardly_a_real_revision_is_lost_and_each_that_is_is_named(real: list[PastArticle]) -> None:
    skipped = [each for past in real for each in past.remarks if each.severity == "skipped"]

    assert len(skipped) <= 20
    assert all(remark.line and "Revision " in remark.message for remark in skipped)

"""``flask articles import --history``: an article's past comes in, once, and is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.rules.kinds import VersionReason
from tests.cli.conftest import Run

IMPORT = ("articles", "import")
TEXT = "---\ntitle: The harbour\ndate: 2015-03-01\n---\nIt opened in {year}.\n"


def _line(path: str, *years: int, **fields: str) -> str:
    revisions: list[dict[str, Any]] = [
        {"date": f"2015-03-{day:02}T10:00:00+08:00", "text": TEXT.format(year=year), **fields}
        for day, year in enumerate(years, start=1)
    ]
    return json.dumps({"path": path, "revisions": revisions})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with two articles that have a past."""
    path = tmp_path / "history.jsonl"
    path.write_text(f"{_line('a.md', 1961, 1962, 1963)}\n\n{_line('b.md', 1970)}\n")
    return path


def _rows(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        return tuple(  # type: ignore[return-value] # three numbers
            db.session.scalar(select(func.count(of.id))) or 0
            for of in (Article, Version, Correction)
        )


def _reasons(app: Flask) -> list[VersionReason]:
    with app.app_context():
        rows = select(Version.reason).where(Version.number > 1).order_by(Version.id)
        return list(db.session.scalars(rows))


def test_histories_come_in_and_a_second_import_changes_nothing(
    app: Flask, run: Run, file: Path
) -> None:
    first = run(*IMPORT, "--history", file)
    second = run(*IMPORT, "--history", file, "--reason", "minor")

    assert first.exit_code == 0, first.output
    assert "2 revisions declare no reason: taken as updates" in first.output
    assert first.output.splitlines()[-1].startswith("2 created, 0 revised, 0 unchanged")
    assert second.output.splitlines()[-1].startswith("0 created, 0 revised, 2 unchanged")
    assert _rows(app) == (2, 4, 0)
    assert _reasons(app) == ["update", "update"]


def test_what_declares_nothing_is_what_the_command_says(app: Flask, run: Run, file: Path) -> None:
    result = run(*IMPORT, "--history", file, "--reason", "minor")

    assert result.exit_code == 0
    assert "taken as minor" in result.output
    assert _reasons(app) == ["minor", "minor"]


def test_a_correction_is_never_said_without_its_notice(app: Flask, run: Run, file: Path) -> None:
    without = run(*IMPORT, "--history", file, "--reason", "correction")
    result = run(*IMPORT, "--history", file, "--reason", "correction", "--notice", "A slip.")

    assert without.exit_code == 2
    assert result.exit_code == 0
    assert _rows(app) == (2, 4, 2)


@pytest.mark.parametrize("notice", ["x" * 2001, "a\x01b", "a\udcffb"])
def test_a_notice_that_no_reader_could_read_is_refused(
    app: Flask, run: Run, file: Path, notice: str
) -> None:
    result = run(*IMPORT, "--history", file, "--reason", "update", "--notice", notice)

    assert result.exit_code == 2
    assert _rows(app) == (0, 0, 0)


def test_each_line_that_fails_is_named_and_the_others_come_in(
    app: Flask, run: Run, file: Path
) -> None:
    with file.open("a") as more:
        more.write("{not JSON\n")
        more.write(_line("c.md", 1980, 1981, reason="correction") + "\n")
        more.write(_line("a.md", 1961, 1999) + "\n")

    result = run(*IMPORT, "--history", file)

    failed = [line for line in result.output.splitlines() if line.startswith("failed: ")]
    assert result.exit_code == 1
    assert [line.split(":")[2] for line in failed] == ["4", "5", "6"]
    assert "version 2 reads otherwise" in failed[2]
    assert result.output.splitlines()[-1].endswith("3 failed")
    assert _rows(app)[0] == 2


def test_files_come_after_histories_in_one_command(app: Flask, run: Run, file: Path) -> None:
    posts = file.parent / "posts"
    posts.mkdir()
    (posts / "a.md").write_text(TEXT.format(year=1963))
    (posts / "c.md").write_text(TEXT.format(year=1980))

    result = run(*IMPORT, "--history", file, posts)

    assert result.output.splitlines()[-1].startswith("3 created, 0 revised, 1 unchanged")
    assert _rows(app) == (3, 5, 0)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    result = run(*IMPORT, "--history", tmp_path / "gone.jsonl")

    assert result.exit_code == 1
    assert "gone.jsonl: This cannot be opened: No such file or directory." in result.output


@pytest.mark.slow
def test_all_real_posts_come_in_with_all_their_past_and_their_pages_are_shown(
    app: Flask, run: Run, shared: Path
) -> None:
    blog = shared / "18f-blog"
    arguments = (*IMPORT, "--history", blog / "history.jsonl", blog / "posts")

    first = run(*arguments)
    second = run(*arguments)

    assert first.exit_code == 0, first.output[-500:]
    assert "317 created, 0 revised, 218 unchanged" in first.output.splitlines()[-1]
    assert "0 created, 0 revised, 535 unchanged" in second.output.splitlines()[-1]
    articles, versions, entries = _rows(app)
    assert (articles, entries) == (317, 0)
    assert versions > 880 + 99
    _look_at_the_longest(app)


def _look_at_the_longest(app: Flask) -> None:
    """Open every version of the articles that have most, and what changed between each two."""
    with app.app_context():
        rows = select(Article).order_by(Article.latest_number.desc(), Article.id).limit(8)
        longest = [(each.slug, each.latest_number) for each in db.session.scalars(rows)]
    client = app.test_client()
    for slug, latest in longest:
        for number in range(1, latest + 1):
            assert client.get(f"/articles/{slug}/versions/{number}").status_code == 200
        for number in range(1, latest):
            page = client.get(f"/articles/{slug}/compare/{number}..{number + 1}")
            assert page.status_code == 200

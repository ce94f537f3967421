"""``flask articles export``: what is written is read back, and nothing of others' is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.queries import article_files
from app.rules.kinds import CorrectionKind
from tests import make
from tests.cli.conftest import Run

IMPORT, EXPORT = ("articles", "import"), ("articles", "export")
TEXT = "---\ntitle: The story of {name}\ndate: 2026-01-02\n---\nThe harbour opened in 1964.\n"


@pytest.fixture
def posts(tmp_path: Path, run: Run) -> Path:
    """Return a folder with three articles, which are imported."""
    folder = tmp_path / "posts"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.md").write_text(TEXT.format(name=name))
    run(*IMPORT, folder)
    return folder


def _numbers(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        return tuple(  # type: ignore[return-value] # three numbers
            db.session.scalar(select(func.count(of.id))) or 0
            for of in (Article, Version, Correction)
        )


def _whole(app: Flask) -> list[article_files.WholeArticle]:
    with app.app_context():
        return list(article_files.whole())


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("posts")
def test_articles_become_files_that_change_nothing_when_they_are_imported(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    written = run(*EXPORT, tmp_path / "out")
    read = run(*IMPORT, tmp_path / "out")
    again = run(*EXPORT, tmp_path / "out")

    assert written.exit_code == 0, written.output
    assert written.output.splitlines()[-1] == "3 written, 0 unchanged, 0 failed"
    assert _names(tmp_path / "out") == [
        "2026-01-02-one.md",
        "2026-01-02-three.md",
        "2026-01-02-two.md",
    ]
    assert read.output.splitlines()[-1].startswith("0 created, 0 revised, 3 unchanged")
    assert again.output.splitlines()[-1] == "0 written, 3 unchanged, 0 failed"
    assert _numbers(app) == (3, 3, 0)


def test_an_article_from_the_desk_is_known_again_by_its_address(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    with app.app_context():
        make.article("a-harbour")

    run(*EXPORT, tmp_path / "out")
    read = run(*IMPORT, tmp_path / "out", "--reason", "minor")

    assert read.output.splitlines()[-1].startswith("0 created, 0 revised, 1 unchanged")
    assert _numbers(app)[:2] == (1, 1)


def test_a_file_that_was_edited_needs_a_reason_like_any_other(
    run: Run, posts: Path, tmp_path: Path
) -> None:
    run(*EXPORT, tmp_path / "out")
    path = tmp_path / "out" / "2026-01-02-one.md"
    path.write_text(path.read_text().replace("1964", "1965"))

    result = run(*IMPORT, path)

    assert posts.exists()
    assert result.exit_code == 1
    assert "declare why with --reason" in result.output


def test_with_all_versions_a_publication_moves_with_its_past(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    with app.app_context():
        article = make.article("a-harbour")
        make.correction(article, kind=CorrectionKind.CORRECTION, notice="It was 1965.")
    before = _whole(app)

    result = run(*EXPORT, tmp_path / "out", "--all-versions")
    line = (tmp_path / "out" / "history.jsonl").read_text()
    read = run(*IMPORT, "--history", tmp_path / "out" / "history.jsonl")

    assert result.exit_code == 0, result.output
    assert line.count("\n") == 1
    assert '"reason": "correction", "notice": "It was 1965."' in line
    assert read.output.splitlines()[-1].startswith("0 created, 0 revised, 1 unchanged")
    assert _whole(app) == before


@pytest.mark.usefixtures("posts")
def test_files_of_others_are_left_alone_unless_force_says_so(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mine, elsewhere = out / "2026-01-02-one.md", tmp_path / "elsewhere.md"
    mine.write_text("My own notes.")
    elsewhere.write_text("Also mine.")
    (out / "2026-01-02-two.md").symlink_to(elsewhere)
    (out / "2026-01-02-three.md").mkdir()

    result = run(*EXPORT, out)
    forced = run(*EXPORT, out, "--force")

    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == "0 written, 0 unchanged, 3 failed"
    assert result.output.count("see --force") == 3
    assert forced.output.splitlines()[-1] == "2 written, 0 unchanged, 1 failed"
    assert mine.read_text().startswith("---\ncorrigenda")
    assert elsewhere.read_text() == "Also mine."


@pytest.mark.usefixtures("posts")
def test_a_history_of_others_is_left_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "history.jsonl").write_text('{"path": "mine"}\n')

    result = run(*EXPORT, out, "--all-versions")

    assert result.exit_code == 1
    assert "history.jsonl: Something is here" in result.output
    assert (out / "history.jsonl").read_text() == '{"path": "mine"}\n'


@pytest.mark.usefixtures("posts")
def test_a_file_is_whole_or_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    result = run(*EXPORT, tmp_path / "out")

    assert result.exit_code == 1
    assert result.output.count("No space left on device") == 3
    assert _names(tmp_path / "out") == []


def test_what_no_file_gives_back_is_named(app: Flask, run: Run, tmp_path: Path) -> None:
    with app.app_context():
        make.article("a-harbour", body="One.\x0bTwo.")

    result = run(*EXPORT, tmp_path / "out")

    assert result.exit_code == 1
    assert "cannot be written as a file" in result.output
    assert _names(tmp_path / "out") == []


def test_a_folder_that_is_a_file_is_a_wrong_use(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    assert run(*EXPORT, tmp_path / "out").exit_code == 2


@pytest.mark.slow
def test_a_round_trip_of_all_that_is_real_changes_nothing(
    app: Flask, run: Run, shared: Path, tmp_path: Path
) -> None:
    real = (shared / "18f-blog" / "posts", shared / "wordpress", shared / "seed" / "article.txt")
    run("demo")
    first = run(*IMPORT, *real)
    before = _whole(app)

    written = run(*EXPORT, tmp_path / "out", "--all-versions")
    read = run(*IMPORT, "--history", tmp_path / "out" / "history.jsonl", tmp_path / "out")

    number = 317 + 54 + 1 + 16
    assert first.output.splitlines()[-1].startswith("372 created")
    assert written.output.splitlines()[-1] == f"{number} written, 0 unchanged, 0 failed"
    assert f"0 created, 0 revised, {2 * number} unchanged" in read.output.splitlines()[-1]
    assert _whole(app) == before

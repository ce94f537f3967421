"""``flask articles import``: real articles come in, once, and never change silently."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Article, Correction, Version
from app.queries import articles as article_queries
from app.queries import corrections as correction_queries
from tests.cli.conftest import Run

IMPORT = ("articles", "import")
GOOD = "---\ntitle: {title}\ndate: 2026-01-02\n---\nThe harbour opened in 1964.\n"


def _counts(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        return tuple(  # type: ignore[return-value] # three numbers
            db.session.scalar(select(func.count(of.id))) or 0
            for of in (Article, Version, Correction)
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three articles."""
    path = tmp_path / "articles"
    path.mkdir()
    for name in ("one", "two", "three"):
        (path / f"{name}.md").write_text(GOOD.format(title=f"The story of {name}"))
    return path


@pytest.mark.slow
def test_every_real_article_comes_in_and_a_second_import_changes_nothing(
    app: Flask, run: Run, shared: Path
) -> None:
    posts, seed = shared / "18f-blog" / "posts", shared / "seed" / "article.txt"
    number = len(list(posts.glob("*.md"))) + 1

    first = run(*IMPORT, posts, seed)
    second = run(*IMPORT, posts, seed)

    assert number == 318
    assert first.exit_code == 0, first.output[-500:]
    assert first.output.splitlines()[-1] == (
        f"{number} created, 0 revised, 0 unchanged, 0 skipped, 0 failed"
    )
    assert second.exit_code == 0
    assert second.output.splitlines()[-1] == (
        f"0 created, 0 revised, {number} unchanged, 0 skipped, 0 failed"
    )
    assert _counts(app) == (number, number, 0)


def test_changed_text_is_refused_without_a_reason_and_the_others_come_in(
    app: Flask, run: Run, folder: Path
) -> None:
    run(*IMPORT, folder / "one.md")
    (folder / "one.md").write_text(GOOD.format(title="The story of one").replace("1964", "1965"))

    result = run(*IMPORT, folder)

    assert result.exit_code == 1
    assert "one.md: The text differs from what is public" in result.output
    assert "--reason" in result.output
    assert result.output.splitlines()[-1] == (
        "2 created, 0 revised, 0 unchanged, 0 skipped, 1 failed"
    )
    assert _counts(app) == (3, 3, 0)


def test_with_a_reason_changed_text_is_a_version_and_an_entry(
    app: Flask, run: Run, folder: Path
) -> None:
    run(*IMPORT, folder)
    (folder / "one.md").write_text(GOOD.format(title="The story of one").replace("1964", "1965"))
    notice = "The article said 1964. It was 1965."

    result = run(*IMPORT, folder, "--reason", "correction", "--notice", notice)

    assert result.exit_code == 0, result.output
    assert "0 created, 1 revised, 2 unchanged" in result.output
    with app.app_context():
        entry = correction_queries.numbered(1)
        assert (entry.notice, entry.from_version, entry.to_version) == (notice, 1, 2)
        assert "1965" in article_queries.page(entry.slug).version.body


@pytest.mark.parametrize("reason", ["update", "minor"])
def test_updates_and_minor_edits_bring_a_notice_of_their_own(
    app: Flask, run: Run, folder: Path, reason: str
) -> None:
    run(*IMPORT, folder)
    (folder / "two.md").write_text(GOOD.format(title="The story of two, retold"))

    result = run(*IMPORT, folder, "--reason", reason)

    assert result.exit_code == 0
    with app.app_context():
        entry = correction_queries.numbered(1)
        assert entry.kind.value == reason
        assert entry.notice.endswith(".")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--reason", "correction"), "needs a --notice"),
        (("--reason", "retraction"), "is not one of"),
    ],
)
def test_a_declaration_has_to_say_something(
    app: Flask, run: Run, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*IMPORT, folder, *arguments)

    assert result.exit_code == 2
    assert said in result.output
    assert _counts(app) == (0, 0, 0)


def test_nothing_to_import_is_a_wrong_use(run: Run) -> None:
    assert run(*IMPORT).exit_code == 2


def test_a_folder_with_bad_files_of_every_sort_says_what_is_wrong_with_each(
    app: Flask, run: Run, folder: Path
) -> None:
    _spoil(folder)

    result = run(*IMPORT, folder, folder / "no-such.md")

    lines = result.output.splitlines()
    failed = [line for line in lines if line.startswith("failed: ")]
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for name in ("binary.md", "huge.md", "broken-yaml.md", "empty.md", "pipe.md", "no-such.md"):
        assert len([line for line in failed if name in line]) == 1, f"{name}: {failed}"
    assert any(line.startswith("skipped: ") and "photo.jpg" in line for line in lines)
    assert any(line.startswith("skipped: ") and "loop" in line for line in lines)
    assert lines[-1].startswith("3 created,")
    assert lines[-1].endswith(f" {len(failed)} failed")
    assert _counts(app)[0] == 3


def _spoil(folder: Path) -> None:
    (folder / "binary.md").write_bytes(b"\x7fELF\x00\x00\x01")
    (folder / "huge.md").write_bytes(b"word " * 20_000_000)
    (folder / "broken-yaml.md").write_text("---\ntitle: [unclosed\n---\nText.\n")
    (folder / "empty.md").write_text("")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")


def test_a_file_that_nobody_may_read_is_named(app: Flask, run: Run, folder: Path) -> None:
    secret = folder / "secret.md"
    shutil.copy(folder / "one.md", secret)
    secret.chmod(0)
    if os.access(secret, os.R_OK):
        secret.unlink()
        secret.symlink_to(folder / "nowhere.md")  # root reads everything: what is gone, nobody

    result = run(*IMPORT, folder)

    assert result.exit_code == 1
    assert "secret.md: This cannot be opened: " in result.output
    assert _counts(app)[0] == 3


def test_a_name_made_to_deceive_a_terminal_is_printed_harmlessly(run: Run, folder: Path) -> None:
    (folder / "evil\x1b[2J\nname.md").write_bytes(b"\x00")

    result = run(*IMPORT, folder)

    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "evil\\x1b[2J\\x0aname.md" in result.output


def test_two_files_of_one_name_in_different_folders_are_two_articles(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    for name in ("north", "south"):
        (tmp_path / "posts" / name).mkdir(parents=True)
        (tmp_path / "posts" / name / "index.md").write_text(GOOD.format(title=f"The {name}"))

    first = run(*IMPORT, tmp_path / "posts")
    second = run(*IMPORT, tmp_path / "posts", "--reason", "minor")

    assert first.output.splitlines()[-1].startswith("2 created")
    assert second.output.splitlines()[-1].startswith("0 created, 0 revised, 2 unchanged")
    assert _counts(app) == (2, 2, 0)


def test_a_part_that_is_too_long_fails_its_file_alone(app: Flask, run: Run, folder: Path) -> None:
    (folder / "four.md").write_text(GOOD.format(title="The four\nsection: " + "x" * 200))

    result = run(*IMPORT, folder)

    assert result.exit_code == 1
    assert "section: at most 80 characters" in result.output
    assert _counts(app)[0] == 3

"""Finding and opening an import's files: all of them, once, and a word on every obstacle."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.importers import ImportProblem, Severity, UnreadableArticle, find, read

ARTICLE = "---\ntitle: A headline\ndate: 2026-11-24\n---\nWords.\n"


def write(path: Path, content: str | bytes = ARTICLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def names(found: list[Path | ImportProblem]) -> list[str]:
    return [each.name for each in found if isinstance(each, Path)]


def problems(found: list[Path | ImportProblem]) -> list[ImportProblem]:
    return [each for each in found if isinstance(each, ImportProblem)]


def test_a_folder_gives_its_articles_in_order_and_those_below(tmp_path: Path) -> None:
    for name in ("b.md", "a.markdown", "sub/c.txt", "another/d.MD"):
        write(tmp_path / name)

    found = list(find([tmp_path]))

    assert names(found) == ["a.markdown", "b.md", "d.MD", "c.txt"]
    assert problems(found) == []


def test_files_of_other_kinds_are_counted_and_named(tmp_path: Path) -> None:
    for number in range(7):
        write(tmp_path / f"{number}.png", b"\x89PNG")

    (problem,) = problems(list(find([tmp_path])))

    assert problem.severity is Severity.SKIPPED
    assert problem.path == str(tmp_path)
    assert problem.message.startswith("7 files of another kind skipped: 0.png, 1.png")


def test_a_file_of_another_kind_that_was_asked_for_is_a_failure(tmp_path: Path) -> None:
    (problem,) = find([write(tmp_path / "picture.png", b"\x89PNG")])

    assert isinstance(problem, ImportProblem)
    assert problem.severity is Severity.FAILED
    assert ".markdown, .md, .txt" in problem.message


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = find([tmp_path / "nowhere"])

    assert str(problem) == f"{tmp_path}/nowhere: This cannot be opened: No such file or directory."


def test_a_loop_of_symbolic_links_is_named_and_ends(tmp_path: Path) -> None:
    write(tmp_path / "a.md")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "back").symlink_to(tmp_path, target_is_directory=True)

    found = list(find([tmp_path]))

    assert names(found) == ["a.md"]
    (problem,) = problems(found)
    assert problem.path.endswith("sub/back")
    assert "the loop is not followed" in problem.message


def test_a_link_to_itself_is_named(tmp_path: Path) -> None:
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")

    (problem,) = find([tmp_path])

    assert isinstance(problem, ImportProblem)
    assert "symbolic links" in problem.message


def test_a_linked_file_comes_in_once(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere" / "real.md")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").symlink_to(elsewhere)
    (folder / "b.md").symlink_to(elsewhere)

    found = list(find([folder, folder]))

    assert names(found) == ["a.md"]
    assert [problem.severity for problem in problems(found)] == [Severity.SKIPPED] * 2
    assert "This is the same file as" in problems(found)[0].message
    assert "again" in problems(found)[1].message


def test_a_file_too_large_is_named_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: pytest.fail("It was opened."))

    (problem,) = find([large])

    assert isinstance(problem, ImportProblem)
    assert problem.message == "An article's file may have 2 MB at most; it has 50.0 MB."


def test_a_file_that_grew_too_large_meanwhile_is_not_read_whole(tmp_path: Path) -> None:
    large = write(tmp_path / "large.md", ARTICLE.encode() + b"x" * 2_000_000)

    with pytest.raises(UnreadableArticle, match="2 MB at most"):
        read(large)


def test_a_binary_file_is_named(tmp_path: Path) -> None:
    (problem,) = find([write(tmp_path / "a.md", b"\x89PNG\r\n\x00\x00")])

    assert isinstance(problem, ImportProblem)
    assert problem.message == "A NUL byte at offset 6: this is not a text file."


def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")

    (problem,) = find([tmp_path])

    assert isinstance(problem, ImportProblem)
    assert problem.message == "This is not a regular file."


def test_a_folder_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    # Whoever runs the tests may be root, who may read everything.
    monkeypatch.setattr(Path, "iterdir", refuse)

    (problem,) = find([tmp_path])

    assert isinstance(problem, ImportProblem)
    assert "Permission denied" in problem.message


def test_a_path_that_may_not_even_be_looked_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_dir", refuse)
        patch.setattr(Path, "stat", refuse)
        (problem,) = find([tmp_path])

    assert isinstance(problem, ImportProblem)
    assert problem.message == "This cannot be opened: Permission denied."


def test_a_strange_path_is_a_line_fit_for_a_terminal(tmp_path: Path) -> None:
    found = list(find([tmp_path / "bell\x07\x1b[2J.md", Path("nul\x00.md")]))

    assert all(str(each).isprintable() for each in problems(found))
    assert len(problems(found)) == 2


def test_a_name_decides_how_a_file_is_read_and_front_matter_does(tmp_path: Path) -> None:
    as_markdown = read(write(tmp_path / "a.md")).draft
    text_with_head = read(write(tmp_path / "b.txt", "\ufeff" + ARTICLE)).draft
    as_text = read(write(tmp_path / "c.txt", "A headline\n\n*Words.*\n")).draft

    assert as_markdown.text.body == text_with_head.text.body == "Words."
    assert as_text.text.body == "\\*Words.\\*"


def test_a_file_that_vanished_is_an_unreadable_article(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle) as caught:
        read(tmp_path / "gone.md")

    assert caught.value.problem.path.endswith("gone.md")
    assert caught.value.problem.line is None

"""Every real file comes in, and reads well when it has."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from app.importers import read
from app.rules.markup import Block, blocks, render

if TYPE_CHECKING:
    from pathlib import Path

    from app.importers import Parsed

CODE = re.compile(r"<pre\b.*?</pre>|<code>.*?</code>", re.S)


@pytest.fixture(scope="session")
def bodies(posts: dict[Path, Parsed]) -> dict[Path, str]:
    """The body of every post as a page shows it."""
    return {path: render(parsed.draft.text.body) for path, parsed in posts.items()}


def test_all_317_posts_come_in(posts: dict[Path, Parsed]) -> None:
    assert len(posts) == 317


def test_every_post_has_a_headline_a_text_and_a_moment(
    posts: dict[Path, Parsed], bodies: dict[Path, str]
) -> None:
    for path, parsed in posts.items():
        draft = parsed.draft
        assert draft.text.headline, path
        assert not re.search(r"[<>]|&\w+;|\s\s", draft.text.headline), path
        assert any(len(block.text) > 80 for block in blocks(bodies[path])), path
        assert draft.published_at is not None, path
        assert draft.published_at.utcoffset() == timedelta(0), path
        assert draft.text.byline, path


def test_a_post_is_dated_as_its_file_says(posts: dict[Path, Parsed]) -> None:
    checked = 0
    for path, parsed in posts.items():
        typed = re.search(r"^date: *['\"]?(\d{4}-\d\d-\d\d)['\"]?$", path.read_text(), re.M)
        if typed and parsed.draft.published_at:
            assert parsed.draft.published_at.date().isoformat() == typed[1], path
            checked += 1
    assert checked > 150


def test_a_post_s_address_is_its_file_s_name_without_the_day(posts: dict[Path, Parsed]) -> None:
    plain = re.compile(r"\d{4}-\d\d-\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)")
    checked = 0
    for path, parsed in posts.items():
        name = plain.fullmatch(path.stem)
        if name and len(name[1]) <= 80:
            assert parsed.draft.slug == name[1]
            checked += 1
    assert checked > 280


def test_a_standfirst_is_plain_text(posts: dict[Path, Parsed]) -> None:
    standfirsts = {path: parsed.draft.text.standfirst for path, parsed in posts.items()}

    assert sum(map(bool, standfirsts.values())) >= 315
    for path, standfirst in standfirsts.items():
        assert not re.search(r"</?[a-z]|&\w+;|\]\(|\n|\s\s", standfirst), path


@pytest.mark.parametrize(
    "residue", ["{%", "<script", "javascript:", "{:", "{.", "\x00", "<h1", " id="]
)
def test_no_body_shows_what_belonged_to_the_other_site(
    residue: str, bodies: dict[Path, str]
) -> None:
    for path, html in bodies.items():
        assert residue not in CODE.sub("", html), path


def test_no_body_shows_a_template_s_braces_but_where_its_author_meant_them(
    bodies: dict[Path, str],
) -> None:
    shown = [path for path, html in bodies.items() if "{{" in CODE.sub("", html)]

    # In these the author writes about braces, and says so with Liquid's own raw tag.
    assert all("{% raw %}{{{% endraw %}" in path.read_text() for path in shown)


def test_the_programs_of_a_post_are_gone_with_their_code(bodies: dict[Path, str]) -> None:
    checked = 0
    for path, html in bodies.items():
        for program in re.findall(r"<script>(.*?)</script>", path.read_text(), re.S):
            text = "\n".join(block.text for block in blocks(html))
            lines = [line.strip() for line in program.split("\n") if len(line.strip()) > 20]
            assert not any(line in text for line in lines), path
            checked += len(lines)
    assert checked


def test_headings_start_below_the_page_s_own_and_skip_no_level(bodies: dict[Path, str]) -> None:
    for path, html in bodies.items():
        levels = [1, *map(int, re.findall(r"<h([1-6])", html))]
        assert all(b - a <= 1 for a, b in pairwise(levels)), path


def test_every_link_and_picture_leads_somewhere(bodies: dict[Path, str]) -> None:
    for path, html in bodies.items():
        for address in re.findall(r'(?:href|src)="([^"]*)"', CODE.sub("", html)):
            assert address.startswith(("https://", "http://", "mailto:")), path


def test_code_in_a_body_is_what_the_file_fences_in(bodies: dict[Path, str]) -> None:
    # Lines that were merely indented inside HTML must not have become code.
    for path, html in bodies.items():
        fenced = len(re.findall(r"^\s*```", path.read_text(), re.M)) // 2
        assert len(re.findall(r"<pre[^>]*><code>", html)) <= fenced, path


def test_hardly_a_word_of_a_post_is_lost(
    posts: dict[Path, Parsed], bodies: dict[Path, str]
) -> None:
    for path in posts:
        source = re.sub(r"^---.*?\n---[ ]*\n", "", path.read_text(), count=1, flags=re.S)
        source = re.sub(r"<script.*?</script>", "", source, flags=re.S)
        prose = [
            line.strip()
            for line in source.split("\n")
            if re.search(r"\w{2} \w", line) and not re.search(r"[\[\]{}<>`*_&#|\\~]|https?:", line)
        ]
        text = " ".join("\n".join(block.text for block in blocks(bodies[path])).split())
        words = [" ".join(re.sub(r"^([-+]|\d+[.)])\s+", "", line).split()) for line in prose]
        lost = [line for line in words if line not in text]
        # A template's own captions are such words.
        assert len(lost) <= 0.1 * len(prose), (path, lost)


def test_what_was_left_out_is_remarked_with_its_line(posts: dict[Path, Parsed]) -> None:
    for path, parsed in posts.items():
        lines = path.read_text().split("\n")
        for remark in parsed.remarks:
            name = re.search(r"template tag “\{% (\w+) %\}”", remark.message)
            if name:
                assert remark.line is not None
                assert name[1] in lines[remark.line - 1], path


def test_the_seed_is_taken_apart_as_its_page_was(seed: Path) -> None:
    lines = [line.strip() for line in seed.read_text("utf-8").split("\n") if line.strip()]
    bullets = [at for at, line in enumerate(lines) if line.startswith("•")]
    source = next(at for at, line in enumerate(lines) if line.startswith("Source:"))

    draft = read(seed).draft

    assert draft.text.headline == lines[1]
    assert draft.text.standfirst == lines[2]
    assert shown(draft.text.body) == lines[3 : bullets[0]]
    assert len(shown(draft.text.body)) == 4
    assert list(draft.text.key_points) == [lines[at].lstrip("• ") for at in bullets]
    assert len(draft.text.key_points) == 3
    assert draft.text.source_name == "AP News" == lines[source].removeprefix("Source: ")
    assert draft.text.source_url == ""
    assert draft.published_at is None


def test_the_seed_s_closing_paragraphs_are_no_part_of_it(seed: Path) -> None:
    lines = [line.strip() for line in seed.read_text("utf-8").split("\n") if line.strip()]
    source = next(at for at, line in enumerate(lines) if line.startswith("Source:"))

    parsed = read(seed)

    text = parsed.draft.text
    assert text.ai_disclosure in lines[source + 2]
    assert text.ai_disclosure.endswith(".")
    assert lines[source + 1] not in text.body
    assert {remark.severity for remark in parsed.remarks} == {"changed"}
    assert "of page" not in "\n".join((text.headline, text.body, text.ai_disclosure))


def shown(body: str) -> list[str]:
    found: list[Block] = blocks(render(body))
    assert all(block.kind == "p" for block in found)
    return [block.text for block in found]

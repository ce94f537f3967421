"""After a redaction the words are in no file of the instance: every byte of each is looked at."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from app.delivery import carriers
from app.delivery.worker import deliver_due
from app.extensions import db
from app.models import Follow
from app.rules.permissions import Role
from app.rules.texts import VersionText
from app.rules.workflow import CaseStatus
from app.services import follows
from tests import make
from tests.cli.conftest import Run
from tests.pages import Browser

WORD = "Quaxolith"
"""Stands in no word list, in no file of ours, and in no text but those below."""

ARTICLES = 15


@pytest.fixture
def site(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Serve an instance that has all its files in one folder, what it logs among them."""
    (tmp_path / "corrigenda.db").write_bytes(sqlite_template)
    with (tmp_path / "log.txt").open("w", encoding="utf-8") as logged:
        monkeypatch.setattr(sys, "stderr", logged)
        settings = {
            "ENV": "production",
            "SECRET_KEY": "a secret for tests, which protects nothing",
            "DATABASE_URL": f"sqlite:///{tmp_path}/corrigenda.db",
            "SITE_URL": "http://localhost",
            "SECOND_FACTOR_ROLES": [],
            "LOG_LEVEL": "DEBUG",
        }
        app = create_app(settings, tmp_path)
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(site: Flask) -> Flask:
    """Let what runs the commands run them on this instance."""
    return site


def _text(chance: Random, words: str) -> VersionText:
    """Return a text of any length with words in every part of it that is taken away."""
    filler = "harbour basin berth crane quay pilot ferry tide anchor mooring".split()
    long = " ".join(chance.choices(filler, k=chance.choice((20, 200, 2_000))))
    return VersionText(
        headline=f"{words} and the harbour",
        standfirst=f"What {words} said.",
        body=f"{long}\n\nIt was {words} who opened it in 1964. {long}\n\n{words}",
        key_points=(f"{words} opened it.",),
        byline=(words, "Noor Salleh"),
        tags=(f"about {words}",),
        section="Ports",
        source_name=words,
        source_url=f"https://{words}.example/",
        ai_disclosure=f"A program looked for {words}.",
        image_url=f"https://pictures.example/{words}.jpg",
        image_alt=words,
        image_caption=f"{words}, at the quay",
    )


def _publish(chance: Random) -> None:
    """Publish articles with the word, then without it, by reports, for followers, with letters."""
    by = make.staff(Role.EDITOR)
    for number in range(ARTICLES):
        text = _text(chance, WORD)
        parts = {name: getattr(text, name) for name in VersionText.__slots__}
        article = make.article(f"harbour-{number}", **parts)
        follows.ask(article.id, f"follower{number}@mail.example", at=make.NOW)
        db.session.execute(update(Follow).values(confirmed_at=make.NOW))
        db.session.commit()
        quote = f"It was {WORD} who opened it in 1964."
        problem = "It was somebody else."
        email = f"reader{number}@mail.example"
        link = make.token(article, passage=quote, problem=problem, email=email)
        case = make.case_with(link, CaseStatus.AGREED, by=by)
        notice, credit = f"The article named {WORD}. It was somebody else.", f"a friend of {WORD}"
        blank = _text(chance, "Another")
        make.publish(case, by=by, text=blank, notice=notice, credit=credit)


def _found(folder: Path) -> dict[str, int]:
    """Return the files below a folder that hold the word, in whatever case, and how often."""
    files = {path: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}
    assert files
    counts = {
        str(path.relative_to(folder)): held.count(WORD.lower().encode())
        for path, held in files.items()
    }
    return {name: count for name, count in counts.items() if count}


def _export(run: Run, folder: Path) -> None:
    for command in (
        ("log", "export", folder / "exports" / "log"),
        ("articles", "export", folder / "exports" / "articles", "--all-versions"),
    ):
        done = run(*command)
        assert done.exit_code == 0, done.output


def _settle(folder: Path) -> None:
    """Move what is in the write-ahead log to the database's file, as happens sooner or later."""
    with closing(sqlite3.connect(folder / "corrigenda.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _redact_all(site: Flask) -> None:
    """Redact at the desk whatever the page finds, with the page's own words."""
    with site.app_context():
        email = make.staff(Role.ADMIN).email
    browser = Browser(site.test_client())
    browser.sign_in(email, make.PASSWORD)
    asked = browser.open("/desk/redactions").press("Look for them", words=WORD)
    done = asked.press("Take the words away for good", reason="personal-data", sure="y")
    assert f"words of {2 * ARTICLES} versions and entries are gone" in done.html.text_content()


def test_after_a_redaction_the_words_are_in_no_file(site: Flask, run: Run, tmp_path: Path) -> None:
    with site.app_context():
        _publish(Random(6))  # noqa: S311 - the same texts each time
        carrier = carriers.chosen()
    assert deliver_due(site, carrier) == 4 * ARTICLES
    _export(run, tmp_path)
    site.test_client().get(f"/search?q={WORD}")
    site.test_client().get("/corrections.atom")
    _settle(tmp_path)
    before = _found(tmp_path)

    _redact_all(site)
    _export(run, tmp_path)

    assert before["corrigenda.db"] > 10 * ARTICLES
    assert {name.partition("/")[0] for name in before} >= {"corrigenda.db", "exports", "mail"}
    assert _found(tmp_path) == {}
    assert (tmp_path / "log.txt").stat().st_size > 1000
    assert run("log", "verify").exit_code == 0

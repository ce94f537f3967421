"""English words without their endings, held against the stemmer that SQLite brings along."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from app.rules.porter import stem


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        # The examples of the paper, step by step.
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("feed agreed", "feed agre"),
        ("plastered bled motoring sing", "plaster bled motor sing"),
        ("conflated troubled sized hopping falling filing", "conflat troubl size hop fall file"),
        ("happy sky", "happi sky"),
        ("relational conditional vietnamization", "relat condit vietnam"),
        ("triplicate formative electrical hopeful goodness", "triplic form electr hope good"),
        ("revival allowance adoption effective", "reviv allow adopt effect"),
        ("probate rate cease", "probat rate ceas"),
        ("controll roll", "control roll"),
        ("as by a", "as by a"),
    ],
)
def test_endings_go(forms: str, expected: str) -> None:
    found = " ".join(stem(form) for form in forms.split())

    assert found == expected


def test_the_forms_of_a_word_have_one_stem() -> None:
    stems = {stem(form) for form in "correct corrects corrected correcting correction".split()}

    assert stems == {"correct"}


def test_every_word_of_real_articles_has_the_stem_that_sqlite_gives_it(shared: Path) -> None:
    posts = (shared / "18f-blog" / "posts").rglob("*.md")
    words = sorted(
        {
            word
            for post in posts
            for word in re.findall("[a-z]{3,40}", post.read_text("utf-8").lower())
        }
    )
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(word, tokenize = 'porter ascii')")
    database.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(texts, instance)")
    database.executemany("INSERT INTO texts (rowid, word) VALUES (?, ?)", list(enumerate(words)))

    theirs = dict(database.execute("SELECT doc, term FROM terms"))
    database.close()

    assert len(words) > 10_000
    assert {at: stem(word) for at, word in enumerate(words)} == theirs

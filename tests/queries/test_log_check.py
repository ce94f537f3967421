"""Somebody with full power over the database changes one byte: the check says where."""

# ruff: noqa: S608 - the statements hold names of our own tables
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import safekeeping
from app.extensions import WRITE, db
from app.models import append_only
from app.queries import log, log_check
from app.rules.errors import Unavailable
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.contents import Broken
from app.rules.transparency.merkle import is_consistent
from app.rules.transparency.notes import Note, Signer
from tests import logs, make
from tests.rules.transparency.trees import defined_root

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def published(in_app: Flask) -> None:
    """Publish two articles, each with a correction: six leaves, under four checkpoints."""
    make.correction(make.article())
    make.correction(make.article())


def tamper(*statements: str) -> None:
    """Change the database as somebody would who has first taken the triggers away."""
    with db.engine.execution_options(**WRITE).begin() as connection:
        if connection.dialect.name == "sqlite":
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in list(connection.execute(named).scalars()):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in (*append_only.TABLES, "articles"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement
    db.session.remove()


def verdict() -> str:
    """Return what the check says is wrong; "" where nothing is."""
    try:
        for _done in log_check.check():
            pass
    except Broken as problem:
        return str(problem)
    return ""


def flipped(column: str, table: str, where: str) -> str:
    """Return the statement that changes the last byte of a blob."""
    if db.engine.dialect.name == "sqlite":
        other = f"substr({column}, 1, length({column}) - 1) || x'00'"
        return f"UPDATE {table} SET {column} = CAST({other} AS blob) WHERE {where}"
    last = f"octet_length({column}) - 1"
    byte = f"get_byte({column}, {last}) # 1"
    return f"UPDATE {table} SET {column} = set_byte({column}, {last}, {byte}) WHERE {where}"


@pytest.mark.usefixtures("published")
def test_an_untouched_log_is_whole() -> None:
    steps = list(log_check.check())

    assert steps == [1, 2, 3, 4, 5, 6]
    assert log_check.size() == 6


CASES: dict[str, tuple[Callable[[], str], str]] = {
    "a version": (
        lambda: "UPDATE versions SET body = replace(body, '1964', '1965') WHERE id = 1",
        "Leaf 0: version 1 of article 1 is not what was published",
    ),
    "a list in a version": (
        lambda: "UPDATE versions SET byline = '[\"Somebody Else\"]' WHERE id = 2",
        "Leaf 1: version 2 of article 1 is not what was published",
    ),
    "a version's reason": (
        lambda: "UPDATE versions SET reason = 'minor' WHERE id = 2",
        "Leaf 1: version 2 of article 1: “reason” is 'minor', not 'correction'",
    ),
    "a notice": (
        lambda: "UPDATE corrections SET notice = notice || '.' WHERE number = 1",
        "Leaf 2: entry 1 is not what was published",
    ),
    "a kind": (
        lambda: "UPDATE corrections SET kind = 'minor' WHERE number = 1",
        "Leaf 2: entry 1: “kind” is 'minor', not 'correction'",
    ),
    "a time": (
        lambda: "UPDATE corrections SET published_at = '2026-01-01 00:00:00' WHERE number = 1",
        "Leaf 2: entry 1 is not what was published",
    ),
    "an address": (
        lambda: "UPDATE articles SET slug = 'elsewhere' WHERE id = 1",
        "Leaf 0: version 1 of article 1 is not what was published",
    ),
    "a leaf": (
        lambda: flipped("entry", "log_leaves", "leaf_index = 1"),
        "Leaf 1: this is no leaf of a correction log",
    ),
    "a salt": (
        lambda: flipped("salt", "log_salts", "leaf_index = 3"),
        "Leaf 3: version 1 of article 2 is not what was published",
    ),
    "a hash in a tile": (
        lambda: flipped("hash", "log_nodes", "number = 2"),
        "Leaf 2: the hash at level 0, position 2 is not its own",
    ),
    "a hash between tiles": (
        lambda: flipped("hash", "log_nodes", f"number = {(1 << 48) + 1}"),
        "Leaf 3: the hash at level 1, position 1 is not its own",
    ),
    "a leaf's time": (
        lambda: "UPDATE log_leaves SET at = '2020-01-01 00:00:00' WHERE leaf_index = 1",
        "Leaf 1: the database says that it came at 2020-01-01T00:00:00Z, not ",
    ),
    "which version is shown": (
        lambda: "UPDATE articles SET latest_number = 1 WHERE id = 1",
        "article 1 shows version 1, not its last one",
    ),
    "a hash that belongs to no leaf": (
        lambda: (
            f"INSERT INTO log_nodes (number, hash) SELECT {7 << 48}, hash FROM log_nodes LIMIT 1"
        ),
        "There are 11 hashes, which is not what 6 leaves have",
    ),
    "a salt taken away": (
        lambda: "DELETE FROM log_salts WHERE leaf_index = 2",
        "Leaf 2: entry 1 has lost its salt, and is not redacted",
    ),
}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("name", CASES)
def test_one_byte_changed_is_found_and_named(name: str) -> None:
    statement, expected = CASES[name]

    tamper(statement())

    assert verdict().startswith(expected)


@pytest.mark.usefixtures("published")
def test_a_leaf_that_is_valid_but_not_the_one_signed_is_found() -> None:
    said = log.entries(1, 2)[0].decode()
    body = said.partition('"body":"')[2][:64]
    other = body[:-1] + ("0" if body[-1] != "0" else "1")
    cast = "CAST(:entry AS blob)" if db.engine.dialect.name == "sqlite" else "CAST(:entry AS bytea)"

    tamper("UPDATE versions SET headline = 'Another' WHERE id = 2")
    with db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(
            text(f"UPDATE log_leaves SET entry = {cast} WHERE leaf_index = 1"),
            {"entry": said.replace(body, other).encode()},
        )

    assert verdict().startswith("Leaf 1: ")


@pytest.mark.usefixtures("published")
def test_a_checkpoint_that_nobody_signed_is_found() -> None:
    kept = log.checkpoint_of(3)
    forged = Checkpoint(safekeeping.origin(), 3, b"\0" * 32).signed_by(
        Signer(safekeeping.origin(), b"\1" * 32)
    )

    tamper(_put_note(forged))

    assert str(kept) != str(forged)
    assert verdict() == (
        "Leaf 2: checkpoint of 3 leaves: The checkpoint is not signed by localhost/log."
    )


@pytest.mark.usefixtures("published")
def test_a_signed_checkpoint_over_another_tree_is_found() -> None:
    forged = Checkpoint(safekeeping.origin(), 3, b"\0" * 32).signed_by(safekeeping.signer())

    tamper(_put_note(forged))

    assert verdict() == "Leaf 2: the checkpoint of 3 leaves has another root"


def _put_note(note: Note) -> str:
    return f"UPDATE log_checkpoints SET note = '{note}' WHERE size = 3"


@pytest.mark.usefixtures("published")
def test_words_cannot_go_unless_a_leaf_says_so() -> None:
    redact = (
        "INSERT INTO redactions (target, leaf_index, reason, at) "
        "VALUES (0, 0, 'legal', '2026-11-23 02:00:00')"
    )
    blank = (
        "UPDATE versions SET headline = '[Redacted]', standfirst = '', key_points = '[]', "
        "byline = '[]', body = '[Redacted: a court or the law required it.]' WHERE id = 1"
    )
    salt = "DELETE FROM log_salts WHERE leaf_index = 0"
    with db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(redact))

    refused = []
    for statement in (blank, salt):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            db.engine.execution_options(**WRITE).begin() as connection,
        ):
            connection.execute(text(statement))
        refused.append(statement)
    with_salt = verdict()
    tamper(blank, salt)

    assert len(refused) == 2
    assert with_salt == "Leaf 0: version 1 of article 1 is redacted, and its salt is there"
    assert verdict() == "Leaf 0: version 1 of article 1 is redacted, and no leaf says why"


@pytest.mark.usefixtures("published")
def test_nobody_gets_a_signature_by_way_of_the_database() -> None:
    note = str(log.checkpoint()).replace("\n6\n", "\n1000\n")
    db.session.rollback()
    with db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(
            text("INSERT INTO log_checkpoints (size, note, at) VALUES (1000, :note, :at)"),
            {"note": note, "at": "2026-11-23 02:00:00"},
        )

    with pytest.raises(Unavailable, match="not the log's own"):
        log.checkpoint()


@pytest.mark.usefixtures("published")
def test_the_last_leaves_cut_off_are_missed() -> None:
    tamper(
        "DELETE FROM log_salts WHERE leaf_index >= 3",
        "DELETE FROM log_leaves WHERE leaf_index >= 3",
        f"DELETE FROM log_nodes WHERE number >= 3 AND number != {1 << 48}",
        "DELETE FROM log_checkpoints WHERE size > 3",
        "DELETE FROM findable_words",
        "DELETE FROM findables",
        "DELETE FROM corrections WHERE number = 2",
        "DELETE FROM versions WHERE article_id = 2",
        "DELETE FROM articles WHERE id = 2",
    )

    assert verdict().startswith("The database holds 3 leaves of a log that was published with 6")


@pytest.mark.usefixtures("published")
def test_a_version_that_nobody_entered_is_found() -> None:
    tamper(
        "DELETE FROM log_salts WHERE leaf_index = 5", "DELETE FROM log_leaves WHERE leaf_index = 5"
    )

    assert verdict() == "entry 2 is not in the log: run flask log enter"


@pytest.mark.usefixtures("published")
def test_two_logs_that_parted_are_not_consistent() -> None:
    shared = log.head_size()
    first = logs.head()
    make.article()
    ours = logs.head()
    others = [*log.entries(0, shared - 1), b"another leaf", b"and one more"]
    forked = defined_root(others)

    proof = log.consistency(shared, ours.size)

    assert is_consistent(shared, ours.size, first.root, ours.root, proof)
    assert not is_consistent(shared, ours.size, defined_root(others[:shared]), ours.root, proof)
    assert not is_consistent(shared, ours.size, first.root, forked, proof)


@pytest.mark.usefixtures("published")
def test_a_site_that_has_moved_and_changed_its_key_is_whole(in_app: Flask) -> None:
    safekeeping.rotate_key()
    former = str(safekeeping.verifiers()[1])
    in_app.config["SITE_URL"] = "https://moved.example"
    make.article()

    with_both = verdict()
    (Path(in_app.instance_path) / "keys" / "log_key.former").unlink()
    without = verdict()
    in_app.config["LOG_FORMER_KEYS"] = [former]

    assert with_both == ""
    assert (
        without == "Leaf 0: checkpoint of 1 leaves: The checkpoint is not signed by localhost/log."
    )
    assert verdict() == ""

"""What is published is in the transparency log, in the same transaction or not at all."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rfc8785
import time_machine
from flask import Flask, current_app
from sqlalchemy import delete, func, select, text

from app import safekeeping
from app.extensions import WRITE, db
from app.models import Article, Correction, LogCheckpoint, LogLeaf, LogNode, LogSalt, Version
from app.queries import log, log_bodies
from app.rules.declarations import Declaration
from app.rules.errors import Conflict, InvalidInput, Unavailable
from app.rules.histories import ArticleHistory, PastVersion
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.texts import VersionText
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.merkle import is_consistent, is_included, leaf_hash, number_of
from app.rules.workflow import CaseStatus
from app.services import articles
from app.services import log as log_services
from app.services.articles import Arrival, Outcome
from tests import logs, make
from tests.rules.transparency.trees import defined_root
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")


def _count(table: type[LogLeaf] | type[LogNode] | type[LogCheckpoint]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_published_article_is_a_leaf() -> None:
    article = make.article()

    (leaf,) = logs.leaves()

    assert leaf["type"] == "version"
    assert leaf["article"] == str(article.id)
    assert (leaf["version"], leaf["reason"], leaf["v"]) == (1, "published", 1)
    assert logs.head().size == 1


def test_a_correction_is_two_leaves_under_one_checkpoint() -> None:
    by = make.staff(Role.EDITOR)
    number = make.publish(make.case(CaseStatus.AGREED, by=by), by=by)

    _first, version, correction = logs.leaves()

    assert (version["type"], version["version"], version["reason"]) == ("version", 2, "correction")
    assert correction["type"] == "correction"
    assert (correction["number"], correction["kind"]) == (number, "correction")
    assert (correction["from"], correction["to"]) == (1, 2)
    assert "amends" not in correction
    assert db.session.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)).all() == [
        1,
        3,
    ]


def test_an_entry_names_what_it_amends_by_its_number() -> None:
    article = make.article()
    first = make.correction(article)
    make.correction(article, amends=first, text=make.edited(article, "ten", "nine"))

    last = logs.leaves()[-1]

    assert last["amends"] == first


def test_a_leaf_holds_no_name_and_no_words() -> None:
    make.correction(make.article("a-name-in-the-address"), credit="Ana Example")

    said = b"".join(log.entries(0, 10))

    for words in (b"harbour", b"name-in-the-address", b"Ana", b"Noor", b"berths"):
        assert words not in said


def test_salt_and_body_are_what_the_leaf_commits_to() -> None:
    make.article(headline="Häfen — 港")

    beside = log_bodies.body(0) or {}

    body = rfc8785.dumps(beside["body"])
    made = hashlib.sha256(b"corrigenda/version/v1\n" + bytes.fromhex(beside["salt"]) + body)
    assert logs.leaves()[0]["body"] == made.hexdigest()
    assert beside["body"]["text"]["headline"] == "Häfen — 港"


def test_a_history_comes_in_under_one_checkpoint() -> None:
    logs.grow(300)

    assert logs.head().size == 300
    assert _count(LogCheckpoint) == 1
    assert logs.head().root == defined_root(log.entries(0, 300))


def test_every_leaf_is_proven_and_every_state_grew_from_those_before() -> None:
    for leaves in (1, 2, 5, 30):
        logs.grow(leaves, f"article-{leaves}")
    head = logs.head()
    entries = log.entries(0, head.size)
    sizes = db.session.scalars(select(LogCheckpoint.size)).all()

    included = [
        is_included(n, head.size, leaf_hash(entry), log.inclusion(n, head.size), head.root)
        for n, entry in enumerate(entries)
    ]
    grown = [
        is_consistent(size, head.size, log.root(size), head.root, log.consistency(size, head.size))
        for size in sizes
    ]

    assert len(included) == 38
    assert all(included)
    assert sorted(sizes) == [1, 3, 8, 38]
    assert all(grown)


def test_of_articles_that_come_together_the_log_has_those_that_came_in() -> None:
    since = make.NOW - timedelta(days=9)
    update = Declaration(kind=CorrectionKind.UPDATE, notice="")
    first = PastVersion(VersionText(headline="A port"), since)
    too_long = PastVersion(VersionText(headline="A" * 301), since, update)

    outcomes = articles.bring_in_all(
        [
            Arrival(ArticleHistory("refused", since, (first, too_long)), "refused.md"),
            Arrival(ArticleHistory("taken", since, (first,)), "taken.md"),
        ],
        at=make.NOW,
    )

    assert isinstance(outcomes[0], InvalidInput)
    assert outcomes[1] is Outcome.CREATED
    assert logs.head().size == 1
    assert (log_bodies.body(0) or {})["body"]["slug"] == "taken"


def test_what_is_rolled_back_is_in_no_log() -> None:
    article = make.article()

    with pytest.raises(InvalidInput):
        make.correction(article, amends=99)
    with pytest.raises(Conflict):
        make.article(article.slug)

    assert logs.head().size == 1
    assert (_count(LogLeaf), _count(LogNode), _count(LogCheckpoint)) == (1, 1, 1)
    assert safekeeping.highest_checkpoint() == logs.head()


def test_no_leaf_is_earlier_than_the_one_before_though_the_clock_goes_back() -> None:
    noon = datetime(2027, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        make.article()
    with time_machine.travel(noon - timedelta(hours=1), tick=False):
        make.article()

    times = [leaf["at"] for leaf in logs.leaves()]

    assert times == ["2027-03-01T12:00:00Z", "2027-03-01T12:00:00Z"]


def test_an_import_cannot_date_a_leaf_back() -> None:
    long_ago = datetime(2014, 1, 1, tzinfo=UTC)
    today = datetime(2027, 3, 1, 12, tzinfo=UTC)
    with time_machine.travel(today, tick=False):
        make.article(at=long_ago)

    beside = log_bodies.body(0) or {}

    assert logs.leaves()[0]["at"] == "2027-03-01T12:00:00Z"
    assert beside["body"]["created_at"] == "2014-01-01T00:00:00Z"


def test_many_who_publish_at_once_make_one_log(in_app: Flask) -> None:
    ids = [make.article().id for _ in range(12)]

    def correct(number: int) -> str:
        return str(make.correction(db.session.get_one(Article, ids[number])))

    numbers = at_once(in_app, 12, correct)

    assert sorted(map(int, map(str, numbers))) == list(range(1, 13))
    assert logs.head().size == 36
    assert logs.head().root == defined_root(log.entries(0, 36))
    assert safekeeping.highest_checkpoint() == logs.head()


def test_the_highest_checkpoint_is_kept_outside_the_database(in_app: Flask) -> None:
    make.article()
    make.article()

    kept = Path(in_app.instance_path) / "log_checkpoint"

    assert kept.read_text("utf-8") == str(log.checkpoint())


def test_a_lower_checkpoint_never_takes_the_place_of_a_higher_one() -> None:
    make.article()
    first = log.checkpoint_of(1)
    make.article()

    safekeeping.keep_checkpoint(first)

    assert safekeeping.highest_checkpoint() == logs.head()


def test_the_key_is_its_owner_s_alone_and_in_no_table(in_app: Flask) -> None:
    make.article()

    key = Path(in_app.instance_path) / "keys" / "log_key"

    assert key.stat().st_mode & 0o777 == 0o600
    secret = bytes.fromhex(key.read_text("ascii"))
    for table in (LogLeaf, LogNode, LogSalt, LogCheckpoint):
        for row in db.session.execute(select(*table.__table__.columns)):
            assert all(secret.hex() not in str(value) and value != secret for value in row)


def _restore_without_the_last_article() -> None:
    """Make the database what a backup from before the last article would be."""
    last = db.session.scalars(select(Article.id).order_by(Article.id.desc())).first()
    size = log.head_size()
    with db.engine.execution_options(**WRITE).begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in ("versions", "log_leaves", "log_salts", "log_nodes", "log_checkpoints"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(delete(LogSalt).where(LogSalt.leaf_index == size - 1))
        connection.execute(delete(LogLeaf).where(LogLeaf.index == size - 1))
        kept = [
            number_of((level, position))
            for level in range(size.bit_length())
            for position in range(size - 1 >> level)
        ]
        connection.execute(delete(LogNode).where(LogNode.number.not_in(kept)))
        connection.execute(delete(LogCheckpoint).where(LogCheckpoint.size == size))
        connection.execute(text("DELETE FROM findable_words"))
        connection.execute(text("DELETE FROM findables"))
        connection.execute(delete(Version).where(Version.article_id == last))
        connection.execute(delete(Article).where(Article.id == last))
    db.session.remove()


def test_a_restored_older_database_refuses_to_grow_and_says_why() -> None:
    make.article()
    make.article()
    make.article()
    _restore_without_the_last_article()

    with pytest.raises(Unavailable, match=r"holds 2 leaves .* published with 3"):
        make.article()

    assert logs.head().size == 2
    assert _count(LogLeaf) == 2


def test_another_log_than_the_published_one_refuses_to_grow(in_app: Flask) -> None:
    make.article()
    kept = Path(in_app.instance_path) / "log_checkpoint"
    other = Checkpoint(safekeeping.origin(), 1, b"\1" * 32)
    kept.write_text(str(other.signed_by(safekeeping.signer())), "utf-8")

    with pytest.raises(Unavailable, match="another log"):
        make.article()


def test_a_spoilt_file_is_named_and_nothing_is_published(in_app: Flask) -> None:
    make.article()
    (Path(in_app.instance_path) / "log_checkpoint").write_text("garbage", "utf-8")

    with pytest.raises(Unavailable, match="log_checkpoint"):
        make.article()


def test_a_site_that_moves_goes_on_with_its_log(in_app: Flask) -> None:
    make.article()
    in_app.config["SITE_URL"] = "https://ledger.example"

    make.article()

    assert logs.head().origin == "ledger.example/log"
    assert logs.head().size == 2
    in_app.config["SITE_URL"] = "https://moved.example"
    assert logs.head().origin == "moved.example/log"
    assert logs.head().root == defined_root(log.entries(0, 2))


def test_after_a_rotation_both_keys_sign_until_the_former_one_is_deleted(in_app: Flask) -> None:
    make.article()
    former = safekeeping.signer().verifier

    rotated, again = safekeeping.rotate_key(), safekeeping.rotate_key()

    note = log.checkpoint()
    current = safekeeping.signer().verifier
    assert (rotated, again) == (True, False)
    assert current != former
    assert note is not None
    assert note.is_signed_by(former)
    assert note.is_signed_by(current)
    assert safekeeping.verifiers() == [current, former]
    make.article()
    (Path(in_app.instance_path) / "keys" / "log_key.former").unlink()
    in_app.config["LOG_FORMER_KEYS"] = [str(former)]
    assert safekeeping.verifiers() == [current, former]
    assert list(safekeeping.signers()) == [safekeeping.signer()]


def test_what_was_published_before_there_was_a_log_is_entered_later() -> None:
    article = make.article()
    make.correction(article)
    before = log.head_size()
    _forget_the_log()

    entered = sum(log_services.catch_up())

    assert before == entered == 3
    assert [leaf["type"] for leaf in logs.leaves()] == ["version", "version", "correction"]
    assert list(log_services.catch_up()) == []


def _forget_the_log() -> None:
    """Make the database what it was before there was a log."""
    tables = ("log_salts", "log_nodes", "log_checkpoints", "log_leaves")
    with db.engine.execution_options(**WRITE).begin() as connection:
        for table in tables:
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
    db.session.remove()
    (Path(current_app.instance_path) / "log_checkpoint").unlink()


def test_the_same_import_again_adds_nothing() -> None:
    logs.grow(3)
    article = logs.grow(3)

    assert logs.head().size == 3
    assert db.session.scalar(select(func.count(Correction.id))) == 0
    assert article.latest_number == 3

"""``flask log``: what it checks, what it exports, and how it brings a database back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app import safekeeping
from app.extensions import db
from app.models import Article, Correction, LogLeaf, Version
from app.queries import articles, log
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.texts import VersionText
from app.rules.transparency.checkpoints import Checkpoint
from app.rules.transparency.notes import Signer
from app.rules.transparency.redactions import RedactionReason, is_tombstone
from app.services import log as log_services
from tests import logs, make


def run(app: Flask, *words: str) -> Result:
    """Run ``flask log`` with some words."""
    return app.test_cli_runner().invoke(args=["log", *words])


@pytest.fixture
def vkey(app: Flask) -> str:
    """Publish an article with two corrections and one beside it; return the log's key."""
    with app.app_context():
        article = make.article("harbour")
        first = make.correction(article)
        make.correction(article, amends=first, text=make.edited(article, "ten", "nine"))
        make.article("lighthouse")
        return str(safekeeping.signer().verifier)


@pytest.mark.usefixtures("vkey")
def test_a_whole_log_ends_with_0(app: Flask) -> None:
    result = run(app, "verify")

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "The log is whole: 6 leaves.")


@pytest.mark.usefixtures("vkey")
def test_a_database_that_was_cut_off_fails_against_a_checkpoint_kept_from_before(
    app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        kept = tmp_path / "checkpoint"
        kept.write_text(str(log.checkpoint()), "utf-8")
        make.article()
    grown = run(app, "verify", "--old", str(kept))
    other = Checkpoint("localhost/log", 7, b"\1" * 32)
    with app.app_context():
        kept.write_text(str(other.signed_by(safekeeping.signer())), "utf-8")

    forked = run(app, "verify", "--old", str(kept))

    assert grown.exit_code == 0
    assert forked.exit_code == 1
    assert "are not those of the older checkpoint" in forked.output


def test_an_export_is_whole_and_any_change_in_it_is_found(
    app: Flask, vkey: str, tmp_path: Path
) -> None:
    export = tmp_path / "export"
    exported = run(app, "export", str(export))
    whole = run(app, "verify", "--dir", str(export), "--vkey", vkey)

    found = {}
    for path in sorted(each for each in export.rglob("*") if each.is_file()):
        if path.name == "vkey":
            continue
        kept = path.read_bytes()
        changed = bytearray(kept)
        changed[len(kept) // 2] ^= 1
        path.write_bytes(changed)
        found[str(path.relative_to(export))] = run(
            app, "verify", "--dir", str(export), "--vkey", vkey
        )
        path.write_bytes(kept)

    assert exported.exit_code == whole.exit_code == 0
    assert "The log is whole: 6 leaves." in whole.output
    assert len(found) == 9  # checkpoint, a tile, a bundle and six bodies
    assert {name for name, result in found.items() if result.exit_code != 1} == set()
    assert "Leaf 4" in found["bodies/4"].output


def test_an_export_without_its_end_fails(app: Flask, vkey: str, tmp_path: Path) -> None:
    export = tmp_path / "export"
    run(app, "export", str(export))
    (export / "tile" / "entries" / "000.p" / "6").unlink()

    result = run(app, "verify", "--dir", str(export), "--vkey", vkey)

    assert result.exit_code == 1
    assert "Leaf 0: tile/entries/000.p/6 is missing" in result.output


def test_another_s_key_does_not_do(app: Flask, vkey: str, tmp_path: Path) -> None:
    export = tmp_path / "export"
    run(app, "export", str(export))
    stranger = Signer(vkey.partition("+")[0], b"\2" * 32).verifier

    result = run(app, "verify", "--dir", str(export), "--vkey", str(stranger))

    assert result.exit_code == 1
    assert "is not signed by" in result.output


def test_a_key_that_is_none_and_a_missing_one_are_said_plainly(app: Flask, tmp_path: Path) -> None:
    none = run(app, "verify", "--dir", str(tmp_path), "--vkey", "nonsense")
    missing = run(app, "verify", "--dir", str(tmp_path))
    nothing = run(app, "verify", "--url", "http://127.0.0.1:9/log", "--vkey", _a_key())

    assert none.exit_code == 1
    assert "no Ed25519 verifier key" in none.output
    assert missing.exit_code == 2
    assert "--vkey" in missing.output
    assert nothing.exit_code == 1
    assert "cannot be read" in nothing.output


def _a_key() -> str:
    return str(Signer("localhost/log", b"\2" * 32).verifier)


def test_words_are_taken_away_by_an_admin_with_a_reason(app: Flask) -> None:
    with app.app_context():
        make.correction(make.article("harbour"))
        admin = make.staff(Role.ADMIN).email

    nobody = run(app, "redact", "0", "--reason", "legal", "--by", "nobody@desk.example")
    public = run(app, "redact", "1", "--reason", "legal", "--by", admin)
    done = run(app, "redact", "0", "--reason", "legal", "--by", admin)
    twice = run(app, "redact", "0", "--reason", "legal", "--by", admin)

    assert [each.exit_code for each in (nobody, public, done, twice)] == [1, 1, 0, 1]
    assert "what readers see now" in public.output
    assert "is redacted already" in twice.output
    assert run(app, "verify").exit_code == 0


@pytest.mark.usefixtures("vkey")
def test_a_restored_older_database_is_brought_forward(app: Flask, tmp_path: Path) -> None:
    live, backup = tmp_path / "corrigenda.db", tmp_path / "backup"
    _copy(app, live, backup)
    with app.app_context():
        harbour = articles.with_slug("harbour")
        text = make.edited(harbour, "1964", "1965")
        make.correction(harbour, text=text, credit="Ana Example")
        make.correction(make.article("a-third-article"))
        log_services.redact([1], reason=RedactionReason.SAFETY, by=None)
        size, root = logs.head().size, logs.head().root
        expected = _public()
    run(app, "export", str(tmp_path / "export"))
    _copy(app, backup, live)

    refused = _ready(app)
    result = run(app, "restore", str(tmp_path / "export"))

    assert refused[0] == 503
    assert "holds 6 leaves of a log that was published with 12" in refused[1]
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "6 leaves were missing, and are back.",
    )
    assert run(app, "verify").exit_code == 0
    assert _ready(app)[0] == 200
    with app.app_context():
        assert (logs.head().size, logs.head().root) == (size, root)
        assert _public() == expected
        assert is_tombstone(articles.texts(harbour.id)[2])
        make.correction(articles.with_slug("a-third-article"), text=_nine())
        make.article("a-fourth-article")
    assert run(app, "verify").exit_code == 0
    again = run(app, "restore", str(tmp_path / "export"))
    assert again.exit_code == 1  # it has grown beyond the export


def _nine() -> VersionText:
    return make.edited(articles.with_slug("a-third-article"), "ten", "nine")


@pytest.mark.usefixtures("vkey")
def test_an_export_of_another_log_restores_nothing(app: Flask, tmp_path: Path) -> None:
    live, backup = tmp_path / "corrigenda.db", tmp_path / "backup"
    _copy(app, live, backup)
    with app.app_context():
        make.article("one-future")
    run(app, "export", str(tmp_path / "export"))
    _copy(app, backup, live)
    (tmp_path / "log_checkpoint").unlink()
    trusted = run(app, "trust")
    with app.app_context():
        make.article("another-future")

    result = run(app, "restore", str(tmp_path / "export"))

    assert trusted.exit_code == 0
    assert result.exit_code == 1
    assert "the log was rewritten" in result.output
    assert run(app, "verify").exit_code == 0


def _public() -> list[tuple[object, ...]]:
    """Return all that is public of the record, without who at the desk did it."""
    db.session.rollback()
    every = db.session.query
    versions = every(Version).order_by(Version.article_id, Version.number)
    entries = every(Correction).order_by(Correction.number)
    return [
        *[(a.id, a.slug, a.latest_number) for a in every(Article).order_by(Article.id)],
        *[(v.article_id, v.number, v.reason, v.text) for v in versions],
        *[(e.number, e.kind, e.notice, e.credit, e.published_at, e.amends_id) for e in entries],
        *[(f.index, f.entry, f.at) for f in every(LogLeaf).order_by(LogLeaf.index)],
    ]


def _ready(app: Flask) -> tuple[int, str]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, str((answer.json or {}).get("reason", ""))


def _copy(app: Flask, from_: Path, to: Path) -> None:
    """Copy a SQLite database while nobody uses it."""
    with app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    for path in (from_, to):
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copyfile(from_, to)


def test_withheld_texts_are_restored_from_an_export_that_holds_them(
    app: Flask, tmp_path: Path
) -> None:
    live, backup = tmp_path / "corrigenda.db", tmp_path / "backup"
    with app.app_context():
        make.article("lighthouse")
    _copy(app, live, backup)
    with app.app_context():
        article = make.article("harbour")
        retracted: dict[str, Any] = {"kind": CorrectionKind.RETRACTION, "withholds": True}
        make.correction(article, text=make.edited(article, "", ""), **retracted)
        expected = _public()
    run(app, "export", str(tmp_path / "served"))
    run(app, "export", "--with-withheld", str(tmp_path / "kept"))
    _copy(app, backup, live)

    without = run(app, "restore", str(tmp_path / "served"))
    with_all = run(app, "restore", str(tmp_path / "kept"))

    assert b"harbour" not in (tmp_path / "served" / "bodies" / "1").read_bytes()
    assert without.exit_code == 1
    assert "--with-withheld" in without.output
    assert with_all.exit_code == 0
    with app.app_context():
        assert _public() == expected


def test_an_empty_database_beside_a_published_log_is_no_new_beginning(app: Flask) -> None:
    with app.app_context():
        other = Checkpoint("localhost/log", 7, b"\1" * 32).signed_by(safekeeping.signer())
        safekeeping.keep_checkpoint(other)

    demo = app.test_cli_runner().invoke(args=["demo"])

    assert demo.exit_code == 1
    assert "published with 7" in demo.output
    assert "log_checkpoint in the instance folder" in demo.output


@pytest.mark.usefixtures("vkey")
def test_an_export_that_is_not_the_latest_restores_nothing(app: Flask, tmp_path: Path) -> None:
    live, backup = tmp_path / "corrigenda.db", tmp_path / "backup"
    _copy(app, live, backup)
    with app.app_context():
        make.article("third")
    run(app, "export", str(tmp_path / "export"))
    with app.app_context():
        log_services.redact([0], reason=RedactionReason.PERSONAL_DATA, by=None)
    _copy(app, backup, live)

    result = run(app, "restore", str(tmp_path / "export"))

    assert result.exit_code == 1
    assert "The export is not the latest one, and nothing is kept" in result.output
    with app.app_context():
        assert logs.head().size == 6


@pytest.mark.usefixtures("vkey")
def test_an_export_from_before_a_key_was_changed_restores(app: Flask, tmp_path: Path) -> None:
    live, backup = tmp_path / "corrigenda.db", tmp_path / "backup"
    _copy(app, live, backup)
    with app.app_context():
        make.article("third")
    run(app, "export", str(tmp_path / "export"))
    run(app, "rotate-key")
    _copy(app, backup, live)

    result = run(app, "restore", str(tmp_path / "export"))

    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "1 leaves were missing, and are back.",
    )
    keys = app.test_client().get("/log/vkey").text
    both = run(app, "verify", "--dir", str(tmp_path / "export"), "--vkey", keys)
    assert both.exit_code == 0


@pytest.mark.usefixtures("vkey")
def test_without_its_checkpoint_a_log_is_not_continued_unless_somebody_says_so(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "log_checkpoint").unlink()

    before, trusted, after = _ready(app), run(app, "trust"), _ready(app)

    assert before[0] == 503
    assert "log_checkpoint is missing" in before[1]
    assert trusted.exit_code == 0
    assert after[0] == 200


@pytest.mark.usefixtures("vkey")
def test_a_key_that_is_gone_is_not_replaced_in_silence(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "keys" / "log_key").unlink()

    checkpoint, ready = app.test_client().get("/log/checkpoint"), _ready(app)

    assert checkpoint.status_code == 503
    assert ready[0] == 503
    assert "keys/log_key, is gone" in ready[1]
    assert not (tmp_path / "keys" / "log_key").exists()


def test_a_log_is_entered_after_an_upgrade_once(app: Flask) -> None:
    result = run(app, "enter")

    assert (result.exit_code, result.output.strip()) == (
        0,
        "0 versions and corrections were entered.",
    )


def test_a_key_is_rotated_once(app: Flask) -> None:
    first, second = run(app, "rotate-key"), run(app, "rotate-key")

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert len(first.output.splitlines()) == 2
    assert "LOG_FORMER_KEYS" in second.output

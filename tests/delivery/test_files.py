"""Letters as files, where there is no mail server."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.delivery import files, worker
from app.delivery.carriers import Carrier
from app.extensions import db
from app.models import DeliveryState, Letter
from app.queries import letters
from app.services import outbox, private_links
from tests import make


def folder(app: Flask) -> Path:
    """Return the mail folder."""
    return Path(app.instance_path) / "mail"


def test_a_letter_becomes_a_file_for_its_owner_alone(in_app: Flask, by_file: Carrier) -> None:
    make.report(email="reader@example.org", at=now())

    worker.deliver_due(in_app, by_file)

    db.session.rollback()
    letter = db.session.scalars(select(Letter)).one()
    path = folder(in_app) / letter.file
    assert letter.state is DeliveryState.DELIVERED
    assert [each.name for each in folder(in_app).iterdir()] == [f"{letter.id}-received.eml"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(in_app).stat().st_mode) == 0o700
    message = files.read(letter.file)
    assert message is not None
    assert message["To"] == "reader@example.org"


@pytest.mark.parametrize(
    "name",
    ["", "../corrigenda.db", "/etc/passwd", "1-received.eml/..", "1-received.eml\n", "x.eml"],
)
def test_a_name_that_is_none_of_ours_opens_nothing(
    in_app: Flask, by_file: Carrier, name: str
) -> None:
    make.report(email="reader@example.org", at=now())
    worker.deliver_due(in_app, by_file)

    files.remove([name])

    assert files.read(name) is None
    assert len(list(folder(in_app).iterdir())) == 1


def test_erasing_a_report_removes_its_letters_and_their_files(
    in_app: Flask, by_file: Carrier
) -> None:
    link = make.token(email="reader@example.org", at=now())
    kept = make.token(email="other@example.org", at=now())
    worker.deliver_due(in_app, by_file)

    files.remove(private_links.erase(link, at=now()))

    left = db.session.scalars(select(Letter)).all()
    assert [letter.report_id for letter in left] == [make.report_with(kept).id]
    assert [path.name for path in folder(in_app).iterdir()] == [left[0].file]


def test_a_report_that_is_erased_while_its_letter_is_on_the_way_leaves_no_file(
    in_app: Flask, by_file: Carrier
) -> None:
    link = make.token(email="reader@example.org", at=now())

    class Meanwhile:
        def deliver(self, message: object, name: str, /) -> str:
            private_links.erase(link, at=now())
            (folder(in_app)).mkdir(exist_ok=True)
            (folder(in_app) / name).write_text("a letter")
            return name

    worker.deliver_due(in_app, Meanwhile())

    assert list(folder(in_app).iterdir()) == []
    assert db.session.scalars(select(Letter)).all() == []


def test_what_a_killed_worker_left_is_swept_and_what_is_known_or_fresh_stays(
    in_app: Flask, by_file: Carrier
) -> None:
    make.report(email="reader@example.org", at=now())
    worker.deliver_due(in_app, by_file)
    db.session.rollback()
    known = db.session.scalars(select(Letter.file)).one()
    for name in ("900-question.eml", ".draft-abc", "901-question.eml", "notes.txt"):
        (folder(in_app) / name).write_text("left")
    old = time.time() - 3600
    for name in (known, "900-question.eml", ".draft-abc", "notes.txt"):
        os.utime(folder(in_app) / name, (old, old))

    files.sweep(letters.known_files)

    left = {path.name for path in folder(in_app).iterdir()}
    assert left == {known, "901-question.eml", "notes.txt"}


def test_a_letter_that_nobody_wants_any_more_is_dropped(in_app: Flask, by_file: Carrier) -> None:
    link = make.token(email="reader@example.org", at=now())
    private_links.withdraw(link, at=now())

    worker.deliver_due(in_app, by_file)

    assert db.session.scalars(select(Letter)).all() == []
    assert not folder(in_app).exists()
    assert outbox.take(1, at=now()) == []

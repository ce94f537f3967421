"""Redaction: words go for good, from the record and from all that quotes it; the proofs stay."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, or_, select, text
from sqlalchemy.exc import DBAPIError

from app.extensions import WRITE, db
from app.models import (
    Article,
    DeliveryState,
    Follow,
    Letter,
    LetterKind,
    Ping,
    Report,
    Staff,
    Version,
)
from app.queries import articles as article_queries
from app.queries import corrections, log, log_bodies, log_check, redactions, search
from app.rules.errors import Conflict, Gone, InvalidInput, NotFound
from app.rules.kinds import CorrectionKind
from app.rules.permissions import Role
from app.rules.search_words import understood
from app.rules.texts import VersionText
from app.rules.transparency.merkle import is_consistent
from app.rules.transparency.proofs import OfflineProof
from app.rules.transparency.redactions import HEADLINE, RedactionReason
from app.rules.workflow import CaseStatus
from app.safekeeping import signer
from app.services import follows, outbox
from app.services import log as log_services
from tests import logs, make
from tests.services.crowd import at_once

pytestmark = pytest.mark.usefixtures("in_app")

FIRST, SECOND, ENTRY = 0, 1, 2
"""The leaves of a corrected article: two versions and the entry."""

REASON = RedactionReason.PERSONAL_DATA
GONE = "[Redacted: it held personal data.]"
NOTICE = "The article said 1964. It was 1965."


def corrected() -> Article:
    """Return an article that was corrected because of a report, whose reader left an address."""
    by = make.staff(Role.EDITOR)
    article = make.article()
    case = make.case(CaseStatus.AGREED, on=article, by=by, email="reader@mail.example")
    make.publish(case, by=by, notice=NOTICE, credit="A reader")
    return article


def redact(*leaves: int, reason: RedactionReason = REASON) -> list[str]:
    """Redact leaves; return the files that may quote them."""
    return log_services.redact(leaves, reason=reason, by=make.staff(Role.ADMIN))


def version(article: Article, number: int) -> Version:
    """Return a version as the database has it."""
    db.session.rollback()
    return article_queries.version(article, number)


def deliver(name: str) -> None:
    """Deliver what is due, as if into files of a name."""
    for held in outbox.take(10, at=make.NOW):
        outbox.delivered(held, at=make.NOW, file=f"{held.id}-{name}.eml")


def test_a_version_becomes_a_tombstone_that_says_why() -> None:
    article = corrected()

    redact(FIRST, reason=RedactionReason.LEGAL)

    left = version(article, 1)
    tombstone = "[Redacted: a court or the law required it.]"
    assert left.text == VersionText(headline=HEADLINE, body=tombstone, section="Ports")
    assert left.is_redacted
    assert (left.number, left.created_at) == (1, article.published_at)
    assert version(article, 2).text.body == make.BODY.replace("1964", "1965")


def test_an_entry_keeps_its_place_and_loses_its_words() -> None:
    corrected()

    redact(ENTRY)

    entry = corrections.numbered(1)
    assert (entry.notice, entry.credit) == (GONE, "")
    assert (entry.kind, entry.from_version, entry.to_version) == ("correction", 1, 2)
    assert entry.redacted is not None
    assert entry.redacted.reason is REASON
    assert entry.change is not None


def test_the_log_says_what_went_why_and_who_did_it() -> None:
    corrected()

    redact(ENTRY, FIRST)

    said = logs.leaves()[3:]
    (second, first) = redactions.page(10)
    assert [(leaf["type"], leaf["target"], leaf["reason"]) for leaf in said] == [
        ("redaction", FIRST, "personal-data"),
        ("redaction", ENTRY, "personal-data"),
    ]
    assert (first.version, first.target, first.redacted.leaf) == (1, FIRST, 3)
    assert (second.correction, second.target, second.redacted.leaf) == (1, ENTRY, 4)
    assert first.by == second.by
    assert str(first.by).startswith("Admin")
    assert log_bodies.body(FIRST) == {"redacted": "personal-data", "redaction": 3}


def test_the_salts_go_with_the_words() -> None:
    corrected()

    redact(FIRST, ENTRY)

    assert [log_bodies.salt(index) is None for index in range(5)] == [True, False, True, True, True]


def test_the_database_still_agrees_with_its_log() -> None:
    corrected()
    redact(FIRST, ENTRY)

    done = list(log_check.check())

    assert done == [1, 2, 3, 4, 5]


def test_proofs_that_were_given_out_before_still_hold() -> None:
    for leaves in (3, 9, 1):
        logs.grow(leaves, f"history-{leaves}")
    make.correction()
    before, key = logs.head(), signer().verifier
    entries = log.entries(0, before.size)
    given = [str(log.offline_proof(index)) for index in range(before.size)]

    redact(0, 1, 4, 10, before.size - 1)

    after = logs.head()
    grown = log.consistency(before.size, after.size)
    assert after.size == before.size + 5
    assert is_consistent(before.size, after.size, before.root, after.root, grown)
    for proof, entry in zip(given, entries, strict=True):
        read = OfflineProof.parse(proof)
        assert read.check(entry, key) == before
        assert log.entries(read.index, read.index + 1) == [entry]
    for index, entry in enumerate(log.entries(0, after.size)):
        assert log.offline_proof(index).check(entry, key) == after


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET headline = 'Back again' WHERE number = 1",
        "UPDATE versions SET body = 'Back again' WHERE number = 1",
        "UPDATE versions SET body = '[Redacted: it put somebody in danger.]' WHERE number = 1",
        "UPDATE versions SET byline = '[\"Noor\"]' WHERE number = 1",
        "UPDATE versions SET section = 'Elsewhere' WHERE number = 1",
        "UPDATE versions SET number = 9 WHERE number = 1",
        "UPDATE versions SET created_at = '2020-01-01' WHERE number = 1",
        "DELETE FROM versions WHERE number = 1",
        "UPDATE versions SET headline = '[Redacted]' WHERE number = 2",
        "UPDATE corrections SET notice = 'Back again'",
        "UPDATE corrections SET notice = '[Redacted: it put somebody in danger.]'",
        "UPDATE corrections SET withholds = true",
        "UPDATE corrections SET credit = 'Somebody'",
        "UPDATE corrections SET kind = 'minor'",
        "UPDATE corrections SET published_at = '2020-01-01'",
        "DELETE FROM corrections",
        "UPDATE redactions SET reason = 'safety'",
        "DELETE FROM redactions",
        "UPDATE log_salts SET leaf_index = leaf_index",
        "DELETE FROM log_salts WHERE leaf_index = 1",
        "INSERT INTO redactions (target, leaf_index, reason, at) "
        "VALUES (0, 4, 'safety', '2026-11-23')",
    ],
)
def test_the_database_refuses_anything_else_of_a_redacted_row(statement: str) -> None:
    article = corrected()
    redact(FIRST, ENTRY)
    before = (version(article, 1).text, version(article, 2).text, corrections.numbered(1))
    db.session.rollback()

    with pytest.raises(DBAPIError), db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(statement))

    after = (version(article, 1).text, version(article, 2).text, corrections.numbered(1))
    assert after == before
    assert len(redactions.page(10)) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_becomes_a_tombstone_without_a_redaction_in_the_log(number: int) -> None:
    corrected()
    db.session.rollback()
    blank = (
        "standfirst = '', source_name = '', source_url = '', ai_disclosure = '', image_url = '', "
        "image_alt = '', image_caption = '', key_points = '[]', byline = '[]', tags = '[]'"
    )
    tombstone = f"UPDATE versions SET headline = '{HEADLINE}', body = '{GONE}', {blank}"  # noqa: S608

    with pytest.raises(DBAPIError), db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(f"{tombstone} WHERE number = {number}"))


def test_what_readers_see_now_is_not_redacted() -> None:
    article = corrected()

    with pytest.raises(Conflict, match=r"Version 2 .* is what readers see now"):
        redact(FIRST, SECOND)

    assert not version(article, 1).is_redacted
    assert logs.head().size == 3
    make.correction(article)
    redact(FIRST, SECOND)
    assert version(article, 2).is_redacted


@pytest.mark.parametrize(
    ("leaves", "says"),
    [((99,), "no leaf 99"), ((3,), "itself a redaction"), ((FIRST,), "redacted already")],
)
def test_only_a_body_that_is_there_is_taken_away(leaves: Sequence[int], says: str) -> None:
    corrected()
    redact(FIRST)

    with pytest.raises((Conflict, NotFound), match=says):
        redact(*leaves, ENTRY)

    assert corrections.numbered(1).notice == NOTICE
    assert logs.head().size == 4


def test_two_who_redact_at_once_enter_it_once(in_app: Flask) -> None:
    corrected()
    admin = make.staff(Role.ADMIN).id

    def take(_number: int) -> str:
        by = db.session.get_one(Staff, admin)
        return str(log_services.redact([FIRST, ENTRY], reason=REASON, by=by))

    answers = at_once(in_app, 4, take)

    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 3
    assert logs.head().size == 5
    assert list(log_check.check())[-1] == 5


def test_reports_quote_no_redacted_version_any_more() -> None:
    article = corrected()
    other = make.report(article, passage="It opened in 1965 with twelve berths")

    redact(FIRST)

    (first, second) = db.session.scalars(select(Report).order_by(Report.id)).all()
    assert (first.quote, first.prefix, first.suffix, first.passage) == ("", "", "", None)
    assert first.problem == "The harbour opened in 1965."
    assert second.id == other.id
    assert second.quote == "It opened in 1965 with twelve berths"


def test_nobody_reports_a_passage_of_a_redacted_version() -> None:
    article = corrected()
    redact(FIRST)

    with pytest.raises(InvalidInput, match="do not stand in version 1"):
        make.token(article, version_number=1)


def test_the_files_of_letters_that_may_quote_it_are_named() -> None:
    article, other = corrected(), make.article()
    for on in (article, other):
        follows.ask(on.id, "follower@mail.example", at=make.NOW)
    make.report(other, email="elsewhere@mail.example")
    deliver("letter")
    quoting = set(
        db.session.scalars(
            select(Letter.file)
            .outerjoin(Report, Report.id == Letter.report_id)
            .outerjoin(Follow, Follow.id == Letter.follow_id)
            .where(or_(Report.article_id == article.id, Follow.article_id == article.id))
        )
    )

    named = redact(FIRST)

    kept = set(db.session.scalars(select(Letter.file).where(Letter.file != "")))
    assert len(quoting) == 3
    assert set(named) == quoting
    assert len(kept) == 2
    assert not kept & quoting


def test_a_letter_in_hand_is_not_wanted_any_more_and_owed_anew() -> None:
    corrected()
    held = outbox.take(10, at=make.NOW)

    redact(ENTRY)

    wanted = [outbox.delivered(each, at=make.NOW, file=f"{each.id}-late.eml") for each in held]
    waiting = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert wanted == [False, False]
    assert [(each.kind, each.state, each.file) for each in waiting] == [
        (LetterKind.RECEIVED, DeliveryState.WAITING, ""),
        (LetterKind.CORRECTION, DeliveryState.WAITING, ""),
    ]
    assert len(outbox.take(10, at=make.NOW)) == 2


def test_the_search_finds_the_words_no_more() -> None:
    article = make.article()
    make.correction(article, notice="It said quaxolith. It is granite.", credit="Quaxley")
    query = understood("quaxolith", "en")
    before = [found.number for found in search.page(query, "en", 10)]

    redact(1 + 1)

    assert before == [1]
    assert search.page(query, "en", 10) == []


def test_a_redacted_retraction_still_withholds_what_it_withheld() -> None:
    article = make.article()
    text = article_queries.version(article, 1).text
    make.correction(
        article, kind=CorrectionKind.RETRACTION, notice="Noor wrote it.", text=text, withholds=True
    )

    redact(1)

    page = article_queries.page(article.slug)
    assert page.is_withheld
    assert page.retraction is not None
    assert page.retraction.notice == GONE


def test_the_hub_hears_of_it() -> None:
    current_app.config["HUB_URL"] = "https://hub.example/"
    corrected()
    db.session.execute(delete(Ping))
    db.session.commit()

    redact(ENTRY)

    assert "/corrections.atom" in db.session.scalars(select(Ping.topic)).all()


def test_a_history_is_continued_after_a_version_of_it_was_redacted() -> None:
    logs.grow(3)
    redact(FIRST)

    article = logs.grow(5)

    assert article.latest_number == 5
    assert version(article, 1).is_redacted


def test_what_cannot_be_compared_any_more_is_gone_and_says_why() -> None:
    article = corrected()
    redact(FIRST)
    page = article_queries.page(article.slug)

    with pytest.raises(Gone, match="words of version 1 were taken away"):
        article_queries.comparable(page, 1, 2)

    assert [line.redacted is not None for line in page.history] == [False, True]
    assert not page.is_comparable(1, 2)
    assert [line.number for line in page.readable] == [2]
    assert corrections.numbered(1).change is None


def test_an_entry_whose_version_lost_its_headline_names_the_article_as_it_is() -> None:
    article = corrected()
    make.correction(article)
    redact(SECOND)

    entry = corrections.numbered(1)

    assert entry.headline == "A harbour and its town"
    assert entry.lost_text is not None
    assert entry.redacted is None

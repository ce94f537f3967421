"""Publishing: the corrected text, the entry of the log and the end of the cases, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models import Case, Correction, LetterKind, Staff, case_corrections
from app.rules.declarations import Declaration
from app.rules.errors import Conflict, NotAllowed
from app.rules.texts import VersionText
from app.rules.workflow import Action
from app.services._letters import owe_reader
from app.services._publication import append_correction, lock_article
from app.services._steps import (
    claim_for,
    drop_claim,
    live_reports,
    lock_case,
    refuse_author,
    take_step,
)
from app.services.transaction import transaction


def publish(
    seen: Mapping[int, int],
    text: VersionText,
    declaration: Declaration,
    *,
    seen_version: int,
    by: Staff,
    at: datetime,
) -> int:
    """Correct an article because of agreed cases; return the entry's number.

    ``seen`` holds the ids of the cases, all of one article, each with the version of the case
    that the editor saw; ``seen_version`` is the article's version that the editor worked on. New
    version, entry, history, the answers and the end of the cases are one transaction.
    """
    with transaction() as session:
        # In the order of their numbers, so that two editors cannot hold each other up.
        cases = [lock_case(session, number, seen[number]) for number in sorted(seen)]
        article_id = _one_article(cases)
        for case in cases:
            refuse_author(session, case, by)
            _require_two_pairs_of_eyes(case, by)
            claim_for(session, case, by, at)
        article = lock_article(session, article_id)
        correction = append_correction(
            session, article, text, declaration, seen_version=seen_version, at=at, by=by
        )
        for case in cases:
            _close(session, case, correction, by, at)
        return correction.number


def declare(
    article_id: int,
    text: VersionText,
    declaration: Declaration,
    *,
    seen_version: int,
    by: Staff | None,
    at: datetime,
) -> int:
    """Change a published article without a case, declared in the log; return the entry's number."""
    with transaction() as session:
        article = lock_article(session, article_id)
        correction = append_correction(
            session, article, text, declaration, seen_version=seen_version, at=at, by=by
        )
        return correction.number


def _one_article(cases: list[Case]) -> int:
    articles = {case.article_id for case in cases}
    if len(articles) != 1:
        raise Conflict("One correction resolves cases of one article only.")
    return articles.pop()


def _close(session: Session, case: Case, correction: Correction, by: Staff, at: datetime) -> None:
    """End a case that a correction resolves, and owe its readers the answer."""
    take_step(session, case, Action.PUBLISH, by=by, at=at, reason=str(correction.number))
    case.decided_by_id, case.decided_at = by.id, at
    drop_claim(case)
    for report in live_reports(session, case):
        owe_reader(session, report, LetterKind.CORRECTION, at, correction=correction)
    session.execute(insert(case_corrections).values(case_id=case.id, correction_id=correction.id))


def _require_two_pairs_of_eyes(case: Case, by: Staff) -> None:
    if current_app.config["TWO_PAIRS_OF_EYES"] and case.agreed_by_id == by.id:
        raise NotAllowed(
            f"You agreed to {case.reference}: somebody else has to publish the correction."
        )

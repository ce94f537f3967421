"""Publishing: the corrected text, the entry of the log and the end of the case, all at once."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import insert

from app.models import Case, Correction, LetterKind, Staff, case_corrections
from app.rules.errors import NotAllowed
from app.rules.kinds import CorrectionKind
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
    case_id: int,
    text: VersionText,
    *,
    seen: int,
    seen_version: int,
    kind: CorrectionKind,
    notice: str,
    by: Staff,
    at: datetime,
    credit: str = "",
    amends: int | None = None,
) -> int:
    """Correct an article because of an agreed case; return the entry's number.

    ``seen`` is the version of the case and ``seen_version`` that of the article that the editor
    worked on. New version, entry, history and the end of the case are one transaction.
    """
    with transaction() as session:
        case = lock_case(session, case_id, seen)
        refuse_author(session, case, by)
        _require_two_pairs_of_eyes(case, by)
        claim_for(session, case, by, at)
        article = lock_article(session, case.article_id)
        correction = append_correction(
            session,
            article,
            text,
            seen_version=seen_version,
            kind=kind,
            notice=notice,
            at=at,
            by=by,
            credit=credit,
            amends=amends,
        )
        take_step(session, case, Action.PUBLISH, by=by, at=at, reason=str(correction.number))
        case.decided_by_id, case.decided_at = by.id, at
        drop_claim(case)
        for report in live_reports(session, case):
            owe_reader(session, report, LetterKind.CORRECTION, at, correction=correction)
        session.execute(
            insert(case_corrections).values(case_id=case.id, correction_id=correction.id)
        )
        return correction.number


def declare(
    article_id: int,
    text: VersionText,
    *,
    seen_version: int,
    kind: CorrectionKind,
    notice: str,
    by: Staff | None,
    at: datetime,
    amends: int | None = None,
) -> int:
    """Change a published article without a case, declared in the log; return the entry's number."""
    with transaction() as session:
        article = lock_article(session, article_id)
        correction: Correction = append_correction(
            session,
            article,
            text,
            seen_version=seen_version,
            kind=kind,
            notice=notice,
            at=at,
            by=by,
            amends=amends,
        )
        return correction.number


def _require_two_pairs_of_eyes(case: Case, by: Staff) -> None:
    if current_app.config["TWO_PAIRS_OF_EYES"] and case.agreed_by_id == by.id:
        raise NotAllowed("You agreed to this case: somebody else has to publish the correction.")

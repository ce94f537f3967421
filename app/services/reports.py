"""Sending a report: stored once, with its passage, on a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Case, LetterKind, Report, Version
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import ProblemKind
from app.rules.passages import Passage, closest, find, version_text
from app.rules.passages import select as selected
from app.rules.references import case_number, report_reference
from app.rules.workflow import OPEN, Action, CaseStatus
from app.services._letters import owe_reader
from app.services._limits import spend
from app.services._ranking import rank
from app.services._steps import due_for_decision, lock_root, take_step
from app.services.transaction import transaction
from app.tokens import as_token, keyed_hash


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What a reader typed, well formed but not yet looked at.

    ``start`` says where in the version's text the passage was selected, where it was.
    ``same_as`` is the reference of the case of which the reader says that it is the same.
    ``suspicion`` says, in words for the desk, why the report belongs in quarantine.
    """

    article_id: int
    version_number: int
    kind: ProblemKind
    passage: str
    problem: str
    suggestion: str = ""
    evidence: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    wants_credit: bool = False
    start: int | None = None
    same_as: str = ""
    suspicion: tuple[str, ...] = ()
    is_quarantined: bool = False

    def fingerprint(self) -> tuple[str, ...]:
        """Return all that makes two submissions the same."""
        return (
            str(self.article_id),
            self.kind.value,
            self.passage,
            self.problem,
            self.suggestion,
            *self.evidence,
            self.name,
            self.email,
            self.same_as,
        )


def token_for(draft: ReportDraft, browser: str) -> str:
    """Return the token of the private link that a report has, or will have once it is stored."""
    return as_token(keyed_hash("report link", browser, *draft.fingerprint()))


def is_stored(token: str) -> bool:
    """Say whether a report was sent before, so that sending it again changes nothing."""
    return _with_token(db.session(), token) is not None


def submit(
    draft: ReportDraft, *, browser: str, at: datetime, limits: Sequence[Sequence[str]] = ()
) -> str:
    """Store a report on a case, its own or the one it says the same as; return its token.

    ``browser`` is a secret of the reader's browser: the same words from the same browser are
    one report, however often they are sent, and give the same link again. Raises
    ``InvalidInput`` where the passage does not stand in the version that the reader saw, and
    ``Conflict`` where the case that it joins is decided meanwhile. An accepted report counts
    against each of ``limits``, a rate and whose it is; past one of them ``TooMany`` is raised.
    """
    token = token_for(draft, browser)
    try:
        with transaction() as session:
            if _with_token(session, token) is None:
                _store(session, draft, token, at)
                for limit, *who in limits:
                    spend(session, limit, *who)
    except IntegrityError:
        # The same was sent at the same moment and won: then it is stored, and all is well.
        if _with_token(db.session(), token) is None:
            raise
    return token


def check_passage(draft: ReportDraft) -> Passage | None:
    """Return where a report's passage stands, before anything is stored; raise as ``submit``."""
    return _passage(db.session(), draft)


def _store(session: Session, draft: ReportDraft, token: str, at: datetime) -> None:
    passage = _passage(session, draft)
    joins = bool(draft.same_as) and not draft.is_quarantined
    case = _joined(session, draft) if joins else _opened(session, draft, at)
    report = Report(
        reference=report_reference(keyed_hash("report reference", token)),
        token_hash=keyed_hash("report token", token),
        article_id=draft.article_id,
        version_number=draft.version_number,
        case_id=case.id,
        received_at=at,
        kind=draft.kind,
        quote=passage.quote if passage else "",
        prefix=passage.prefix if passage else "",
        suffix=passage.suffix if passage else "",
        start=passage.start if passage else None,
        end=passage.end if passage else None,
        problem=draft.problem,
        suggestion=draft.suggestion,
        evidence=list(draft.evidence),
        reporter_name=draft.name,
        reporter_email=draft.email,
        wants_credit=draft.wants_credit,
        is_seconding=joins,
        suspicion=list(draft.suspicion),
    )
    session.add(report)
    owe_reader(session, report, LetterKind.RECEIVED, at)
    rank(session, case)


def _opened(session: Session, draft: ReportDraft, at: datetime) -> Case:
    """Open a case for a report; one that looks like abuse is set aside, never dropped."""
    due_at = due_for_decision(at)
    case = Case(
        article_id=draft.article_id,
        status=CaseStatus.RECEIVED,
        kind=draft.kind,
        opened_at=at,
        due_at=due_at,
        rank_at=due_at,
    )
    session.add(case)
    session.flush()
    if draft.is_quarantined:
        take_step(session, case, Action.QUARANTINE, at=at, reason="; ".join(draft.suspicion))
    return case


def _joined(session: Session, draft: ReportDraft) -> Case:
    """Return the open case that a report says the same as."""
    number = case_number(draft.same_as)
    case = lock_root(session, number)[1] if number is not None else None
    if case is None or case.article_id != draft.article_id:
        raise NotFound("There is no such case.")
    if case.status not in OPEN:
        raise Conflict("That was decided meanwhile: look at what became of it, or send yours.")
    return case


def _passage(session: Session, draft: ReportDraft) -> Passage | None:
    """Find the passage in the version that the reader saw; ``None`` where none is given."""
    version = session.scalars(
        select(Version)
        .where(Version.article_id == draft.article_id, Version.number == draft.version_number)
        # So that its words are not taken away while the report comes to quote them.
        .with_for_update(read=True)
    ).first()
    if version is None:
        raise NotFound("There is no such version of this article.")
    if not draft.passage:
        return None
    text = version_text(version.text)
    end = None if draft.start is None else draft.start + len(draft.passage)
    if draft.start is not None and text[draft.start : end] == draft.passage:
        return selected(text, draft.start, draft.start + len(draft.passage))
    found = find(draft.passage, text)
    if found is None:
        raise InvalidInput("passage", _not_found(draft, closest(draft.passage, text)))
    return found


def _not_found(draft: ReportDraft, meant: str | None) -> str:
    where = f"These words do not stand in version {draft.version_number}."
    if meant is None:
        return f"{where} Copy them from the article, or leave this empty and say where they are."
    return f"{where} Do you mean “{meant}”?"


def _with_token(session: Session, token: str) -> Report | None:
    hashed = keyed_hash("report token", token)
    return session.scalars(select(Report).where(Report.token_hash == hashed)).first()

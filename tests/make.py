"""Makes what a test needs: each function names what matters, and settles the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert, select

from app.extensions import db
from app.models import (
    AccessToken,
    Article,
    Case,
    Cosigning,
    DeliveryState,
    Explanation,
    Follow,
    IdempotencyKey,
    Invitation,
    LogCosignature,
    Passkey,
    Ping,
    RecoveryCode,
    Report,
    SecurityEvent,
    Staff,
    case_relations,
)
from app.queries import articles as article_queries
from app.rules.declarations import Declaration
from app.rules.kinds import CorrectionKind, DeclineReason, ProblemKind
from app.rules.permissions import Role
from app.rules.security import SecurityEventKind
from app.rules.texts import ArticleDraft, VersionText
from app.rules.transparency.redactions import RedactionReason
from app.rules.workflow import CaseStatus
from app.services import articles, cases, corrections, log, private_links, reports, sessions
from app.services._limits import DatabaseStorage
from app.services.reports import ReportDraft
from app.tokens import keyed_hash

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Singapore."""

PASSWORD = "correct horse battery"

PASSAGE = "It opened in 1964 with twelve berths"

BODY = f"""The harbour is older than the town. {PASSAGE}, and nobody expected more.

A second basin followed within ten years."""

_numbers = count(1)


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def staff(role: Role = Role.TRIAGER, name: str = "", email: str = "") -> Staff:
    """Return somebody on the staff, whose password is ``PASSWORD``."""
    number = next(_numbers)
    person = Staff(
        email=email or f"{role.value}{number}@desk.example",
        name=name or f"{role.value.title()} {number}",
        role=role,
        password_hash=_hash(),
        created_at=NOW,
    )
    db.session.add(person)
    db.session.commit()
    return person


def article(slug: str = "", *, at: datetime = NOW - timedelta(days=30), **text: Any) -> Article:
    """Return a published article; ``text`` holds parts of a ``VersionText``."""
    slug = slug or f"article-{next(_numbers)}"
    content = {
        "headline": "A harbour and its town",
        "standfirst": "How a small port grew.",
        "body": BODY,
        "key_points": ("The harbour opened in 1964.",),
        "byline": ("Noor Salleh",),
        "section": "Ports",
    }
    draft = ArticleDraft(slug, VersionText(**{**content, **text}), at)
    return db.session.get_one(Article, articles.publish(draft, at=at))


def token(on: Article | None = None, *, browser: str = "", at: datetime = NOW, **draft: Any) -> str:
    """Send a report and return the token of its private link."""
    on = on or article()
    content = {
        "kind": ProblemKind.NAME_NUMBER_DATE,
        "passage": PASSAGE,
        "problem": "The harbour opened in 1965.",
        "version_number": on.latest_number,
    }
    sent = ReportDraft(article_id=on.id, **{**content, **draft})
    return reports.submit(sent, browser=browser or f"browser {next(_numbers)}", at=at)


def report(on: Article | None = None, **options: Any) -> Report:
    """Return a report that a reader sent."""
    return report_with(token(on, **options))


def report_with(token: str) -> Report:
    """Return the report behind a private link."""
    hashed = keyed_hash("report token", token)
    return db.session.scalars(select(Report).where(Report.token_hash == hashed)).one()


def case(
    status: CaseStatus = CaseStatus.RECEIVED,
    *,
    by: Staff | None = None,
    on: Article | None = None,
    at: datetime = NOW,
    **options: Any,
) -> Case:
    """Return a case that has come as far as ``status``, by the ordinary way."""
    return case_with(token(on, at=at, **options), status, by=by, at=at)


def case_with(
    link: str, status: CaseStatus, *, by: Staff | None = None, at: datetime = NOW
) -> Case:
    """Bring the case of a report as far as ``status``, and return it."""
    number = report_with(link).case_id
    by = by or staff(Role.EDITOR)
    for step in _WAYS[status]:
        found = db.session.get_one(Case, number)
        if step == "withdraw":
            private_links.withdraw(link, at=at)
        elif step == "publish":
            publish(found, by=by, at=at)
        else:
            _take(step, found, by, at)
    return db.session.get_one(Case, number, populate_existing=True)


_WAYS: dict[CaseStatus, tuple[str, ...]] = {
    CaseStatus.RECEIVED: (),
    CaseStatus.IN_REVIEW: ("claim",),
    CaseStatus.WAITING_READER: ("ask",),
    CaseStatus.AGREED: ("agree",),
    CaseStatus.CORRECTED: ("agree", "publish"),
    CaseStatus.DECLINED: ("decline",),
    CaseStatus.MERGED: ("merge",),
    CaseStatus.WITHDRAWN: ("withdraw",),
    CaseStatus.QUARANTINED: ("quarantine",),
}


def _take(step: str, found: Case, by: Staff, at: datetime) -> None:
    who: dict[str, Any] = {"seen": found.version, "by": by, "at": at}
    if step == "claim":
        cases.claim(found.id, **who)
    elif step == "ask":
        cases.ask(found.id, **who, question="Where did you read that?")
    elif step == "agree":
        cases.agree(found.id, **who)
    elif step == "decline":
        words = "We looked it up, and the year is right."
        cases.decline(
            found.id,
            **who,
            reason=DeclineReason.ACCURATE,
            explanation=words,
            detail="the port's own records",
        )
    elif step == "merge":
        root = case(on=db.session.get_one(Article, found.article_id), at=at)
        cases.merge(found.id, **who, into=root.reference)
    else:
        cases.quarantine(found.id, **who, reason="Nothing but a link to a shop.")


def publish(
    found: Case,
    *,
    by: Staff,
    at: datetime = NOW,
    old: str = "1964",
    new: str = "1965",
    **options: Any,
) -> int:
    """Publish a correction of an agreed case that puts ``new`` for ``old``; return its number."""
    on = db.session.get_one(Article, found.article_id)
    seen = {found.id: options.pop("seen", found.version), **options.pop("also", {})}
    seen_version = options.pop("seen_version", on.latest_number)
    text = options.pop("text", None) or edited(on, old, new)
    content: dict[str, Any] = {
        "kind": CorrectionKind.CORRECTION,
        "notice": f"The article said {old}. It was {new}.",
        **options,
    }
    return corrections.publish(
        seen, text, Declaration(**content), seen_version=seen_version, by=by, at=at
    )


def edited(on: Article, old: str, new: str) -> VersionText:
    """Return an article's present text with ``new`` for ``old``."""
    text = article_queries.version(on, on.latest_number).text
    return VersionText(
        **{name: getattr(text, name) for name in VersionText.__slots__ if name != "body"},
        body=text.body.replace(old, new),
    )


def correction(on: Article | None = None, *, at: datetime = NOW, **options: Any) -> int:
    """Change an article by a declaration without a case; return the entry's number."""
    on = on or article()
    seen_version, by = options.pop("seen_version", on.latest_number), options.pop("by", None)
    text = options.pop("text", None) or edited(on, "twelve", "ten")
    content: dict[str, Any] = {
        "kind": CorrectionKind.CORRECTION,
        "notice": "The article said twelve berths. There were ten.",
        **options,
    }
    return corrections.declare(
        on.id, text, Declaration(**content), seen_version=seen_version, by=by, at=at
    )


def everything() -> None:
    """Put something into every table there is."""
    on, by = article(), staff(Role.EDITOR)
    number = publish(case(CaseStatus.AGREED, on=on, by=by), by=by)
    correction(on, amends=number)
    waiting = case(CaseStatus.WAITING_READER, by=by)
    cases.note(waiting.id, by=by, at=NOW, text="The answer is in the archive, too.")
    case(CaseStatus.DECLINED, by=by, email="reader@mail.example")
    case(CaseStatus.MERGED, by=by)
    db.session.add(Follow(article_id=on.id, email="follower@mail.example", asked_at=NOW))
    _accounts(by)
    owed = {"state": DeliveryState.WAITING, "created_at": NOW, "next_try_at": NOW}
    db.session.add(Ping(topic="/articles.atom", **owed))
    db.session.add(Cosigning(witness="witness.example", **owed))
    line = "— witness.example AAAA"
    db.session.add(LogCosignature(size=1, witness="witness.example", line=line, at=NOW))
    pair = {"case_id": waiting.id, "other_id": waiting.id + 1}
    db.session.execute(insert(case_relations).values(pair))
    db.session.commit()
    log.redact([0], reason=RedactionReason.LEGAL, by=by)
    sessions.sign_in(staff().email, PASSWORD, at=NOW)
    DatabaseStorage().incr("somebody", expiry=3600)


def _accounts(by: Staff) -> None:
    """Put something into the tables that keep accounts, and into the canned explanations."""
    db.session.add_all(
        [
            RecoveryCode(staff_id=by.id, code_hash=b"1" * 32),
            AccessToken(
                staff_id=by.id,
                name="A program",
                token_hash=b"4" * 32,
                scopes=["cases:read"],
                created_at=NOW,
                expires_at=NOW,
            ),
            IdempotencyKey(
                key_hash=b"5" * 32, request_hash=b"6" * 32, begun_at=NOW, held_until=NOW
            ),
            Passkey(
                staff_id=by.id,
                credential_id=b"1",
                public_key=b"2",
                sign_count=0,
                name="A telephone",
                created_at=NOW,
            ),
            Invitation(
                email="new@mail.example",
                name="Somebody new",
                role=Role.TRIAGER,
                token_hash=b"3" * 32,
                invited_by_id=by.id,
                created_at=NOW,
                expires_at=NOW,
            ),
            SecurityEvent(at=NOW, kind=SecurityEventKind.SIGNED_IN, subject_id=by.id),
            Explanation(title="Accurate", text="We looked it up.", edited_at=NOW),
        ]
    )

"""The rows that a crowd's articles and cases are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from argon2 import PasswordHasher

from app.rules.kinds import DeclineReason, VersionReason
from app.rules.permissions import Role
from app.rules.references import base32, report_reference
from app.rules.security import SecurityEventKind
from app.rules.workflow import Action, CaseStatus, status_after
from app.tokens import keyed_hash
from bench.crowd_cases import WAYS, Crowd, Drawn, Row

PASSWORD = "correct horse battery staple"  # noqa: S105 - of nobody who exists
"""Everybody's at the desk."""

ADMIN = "staff1@desk.example"

SECTIONS = (
    "Ports Chips Networks Retail Payments Appliances Energy Rail Trade Science Opinion Travel"
).split()

_SENTENCES = (
    "The harbour is older than the town, and nobody knows by how much.",
    "It opened in {year} with {number} berths and a customs house of brick.",
    "The company said in a statement that {number} people work there now.",
    "A second basin followed within ten years, at a cost of {number} million.",
    "Engineers from three countries had a hand in it, and one wrote it down.",
    "By {year} the line carried {number} trains a day between the two coasts.",
)


def report_token(number: int) -> str:
    """Return the token of a report's private link."""
    return base32(number, 26)


# --- articles -----------------------------------------------------------------------------


def staff(crowd: Crowd) -> Iterator[Row]:
    """Yield the people of the desk: admins, editors and triagers in turn."""
    password = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    roles = [Role.ADMIN, Role.EDITOR, Role.TRIAGER]
    for number in range(1, crowd.staff + 1):
        yield {
            "id": number,
            "email": f"staff{number}@desk.example",
            "name": f"Colleague {number}",
            "role": roles[(number - 1) % 3],
            "password_hash": password,
            "is_disabled": False,
            "created_at": crowd.at - timedelta(days=800),
        }


def published_at(crowd: Crowd, number: int) -> datetime:
    """Return when an article was published: evenly over two years, the last one an hour ago."""
    age = timedelta(days=730) * (crowd.articles - number) / crowd.articles
    return crowd.at - timedelta(hours=1) - age


def articles(drawn: Drawn) -> Iterator[Row]:
    """Yield the articles."""
    for number in range(1, drawn.crowd.articles + 1):
        yield {
            "id": number,
            "slug": f"article-{number}",
            "published_at": published_at(drawn.crowd, number),
            "latest_number": drawn.versions[number],
        }


def versions(drawn: Drawn) -> Iterator[Row]:
    """Yield the versions of every article, as many as its corrections made."""
    numbers = count(1)
    for article in range(1, drawn.crowd.articles + 1):
        for number in range(1, drawn.versions[article] + 1):
            yield _version(drawn.crowd, next(numbers), article, number)


def _version(crowd: Crowd, row: int, article: int, number: int) -> Row:
    published = published_at(crowd, article)
    return {
        "id": row,
        "article_id": article,
        "number": number,
        "reason": VersionReason.PUBLISHED if number == 1 else VersionReason.CORRECTION,
        "created_at": published + timedelta(minutes=number - 1),
        "declared_by_id": None if number == 1 else 1,
        "headline": headline(article),
        "standfirst": "How a small port grew, and what it did to those who live there.",
        "body": _body(crowd, article, number),
        "key_points": ["The harbour opened long ago."],
        "byline": [f"Writer {article % 50}"],
        "section": SECTIONS[article % 7 * (article % 3) % len(SECTIONS)],
        "tags": [],
        "source_name": "",
        "source_url": "",
        "ai_disclosure": "",
        "language": "en",
        "image_url": "",
        "image_alt": "",
        "image_caption": "",
    }


def headline(article: int) -> str:
    """Return an article's headline."""
    return f"A harbour and its town, part {article}"


def _body(crowd: Crowd, article: int, version: int) -> str:
    """Return about 1,600 characters in five paragraphs; each version has a year of its own."""
    first = passage(crowd, article) + f" It has been so since {1900 + version}."
    rest = (" ".join(_sentence(article, 3 * p + n) for n in range(4)) for p in range(1, 5))
    return "\n\n".join([first, *rest])


def passage(crowd: Crowd, article: int) -> str:
    """Return the passage that is reported: it stands in two articles, as agencies' reports do."""
    return f"Pier {article % (crowd.articles // 2)} is older than the town and its customs house."


def _sentence(article: int, number: int) -> str:
    pattern = _SENTENCES[(article + number) % len(_SENTENCES)]
    return pattern.format(year=1900 + (article * number) % 120, number=2 + article % 97)


# --- what belongs to cases ----------------------------------------------------------------


def reports(drawn: Drawn) -> Iterator[Row]:
    """Yield the reports of every case."""
    numbers = count(1)
    for case, readers in zip(drawn.cases, drawn.readers, strict=True):
        for nth in range(readers):
            yield _report(drawn.crowd, next(numbers), case, nth)


def _report(crowd: Crowd, number: int, case: Row, nth: int) -> Row:
    article = case["article_id"]
    quote = passage(crowd, article)
    has_address = number % 5 < 3
    return {
        "id": number,
        "reference": report_reference(hashlib.sha256(b"%d" % number).digest()),
        "token_hash": keyed_hash("report token", report_token(number)),
        "article_id": article,
        "version_number": 1,
        "case_id": case["id"],
        "received_at": case["opened_at"] + timedelta(minutes=nth),
        "kind": case["kind"],
        "quote": quote,
        "prefix": "",
        "suffix": " It has been so since 1901."[:32],
        "start": 0,
        "end": len(quote),
        "problem": f"This is not right: reader {number} knows it from the archive.",
        "suggestion": f"It was {1900 + number % 120}.",
        "evidence": ["https://archive.example/proof"] if case["id"] % 5 == 0 else [],
        "reporter_name": f"Reader {number % 9000}" if has_address else "",
        "reporter_email": f"reader{number % 9000}@mail.example" if has_address else "",
        "withdrawn_at": case["opened_at"] if case["status"] is CaseStatus.WITHDRAWN else None,
    }


def events(drawn: Drawn) -> Iterator[Row]:
    """Yield the history of every case: the steps that led to its state."""
    numbers = count(1)
    for case in drawn.cases:
        before = CaseStatus.RECEIVED
        for nth, action in enumerate(WAYS[case["status"]], start=1):
            after = status_after(before, action)
            yield _event(next(numbers), case, nth, action, before, after)
            before = after


def _event(
    number: int, case: Row, nth: int, action: Action, before: CaseStatus, after: CaseStatus
) -> Row:
    is_told = action in (Action.ASK, Action.DECLINE)
    is_readers = action is Action.WITHDRAW
    start = case["touched_at"] or case["opened_at"]
    return {
        "id": number,
        "case_id": case["id"],
        "case_version": nth,
        "at": start + timedelta(minutes=nth),
        "actor_id": None if is_readers else case["_by"],
        "action": action,
        "from_status": before,
        "to_status": after,
        "reason": case["decline_reason"].value if case["decline_reason"] else "",
        "explanation": "We looked it up in the archive." if is_told else "",
    }


def messages(drawn: Drawn) -> Iterator[Row]:
    """Yield a question for each case that waits for a reader."""
    numbers, report = count(1), 1
    for case, readers in zip(drawn.cases, drawn.readers, strict=True):
        if case["status"] is CaseStatus.WAITING_READER:
            yield {
                "id": next(numbers),
                "report_id": report,
                "kind": "question",
                "at": case["touched_at"],
                "author_id": case["_by"],
                "text": "Where did you read that?",
            }
        report += readers


def notes(drawn: Drawn) -> Iterator[Row]:
    """Yield a note on one case in ten."""
    for number, case in enumerate(drawn.cases[::10], start=1):
        yield {
            "id": number,
            "case_id": case["id"],
            "author_id": case["_by"],
            "at": case["opened_at"] + timedelta(minutes=5),
            "text": "The archive has a second copy; ask there first.",
        }


def letters(drawn: Drawn) -> Iterator[Row]:
    """Return the receipts of the readers who left an address; the last few are not out yet."""
    numbers, report = count(1), count(1)
    late = drawn.crowd.at - timedelta(hours=2)
    for case, readers in zip(drawn.cases, drawn.readers, strict=True):
        for at in [case["opened_at"]] * readers:
            owed = next(report)
            if owed % 5 < 3:
                is_out = at < late and owed % 400
                state = "delivered" if is_out else "parked" if owed % 400 == 0 else "waiting"
                yield {
                    "id": next(numbers),
                    "kind": "received",
                    "state": state,
                    "report_id": owed,
                    "created_at": at,
                    "next_try_at": at,
                    "tries": 1,
                    "problem": "The mail server refused the address." if state == "parked" else "",
                    "delivered_at": at if is_out else None,
                    "file": "",
                }


def explanations(crowd: Crowd) -> Iterator[Row]:
    """Yield a canned explanation for each reason."""
    for number, reason in enumerate(DeclineReason, start=1):
        yield {
            "id": number,
            "title": f"Canned {number}",
            "reason": reason,
            "text": "We looked it up, and the passage is right as it stands.",
            "edited_by_id": 1,
            "edited_at": crowd.at - timedelta(days=100),
        }


def security_events(drawn: Drawn) -> Iterator[Row]:
    """Yield people's signing in, one for twenty cases."""
    crowd = drawn.crowd
    for number in range(1, crowd.cases // 20 + 1):
        yield {
            "id": number,
            "at": crowd.at - timedelta(minutes=crowd.cases - number),
            "kind": SecurityEventKind.SIGNED_IN,
            "actor_id": 1 + number % crowd.staff,
            "subject_id": 1 + number % crowd.staff,
            "detail": "Firefox on Linux",
        }

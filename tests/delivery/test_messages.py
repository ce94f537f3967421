"""What mails say: every kind in text and HTML, with its links, and nothing of anybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery import messages
from app.extensions import db
from app.models import Follow, Letter, LetterKind
from app.queries import letters
from app.queries.follows import link_token
from app.queries.letters import mail_token
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import follows, private_links
from tests import make
from tests.delivery.post_office import html, plain

pytestmark = pytest.mark.usefixtures("in_app")

EMAIL = "reader@example.org"
OTHER = "other@example.net"
SECRETS = (
    "Private Name",
    OTHER,
    "Other Name",
    "The harbour opened in 1965.",
    "A word to colleagues",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of mail, and what has to stand in it."""

    kind: LetterKind
    subject: str
    says: tuple[str, ...]
    links: tuple[str, ...]


MAILS = [
    Case(
        LetterKind.RECEIVED,
        "We have your report R-",
        ("Tuesday, 24 November 2026", "Thursday, 26 November 2026"),
        ("own", "article"),
    ),
    Case(
        LetterKind.QUESTION,
        "A question about your report R-",
        ("Where did you read that?", "14 days"),
        ("own", "article"),
    ),
    Case(
        LetterKind.DECISION,
        "Our decision on your report R-",
        ("Accurate as published", "the port's own records", "We looked it up"),
        ("own", "article"),
    ),
    Case(
        LetterKind.APPEAL,
        "We have your appeal on report R-",
        ("Somebody else", "Thursday, 26 November 2026"),
        ("own", "article"),
    ),
    Case(
        LetterKind.CORRECTION,
        "Correction published: your report R-",
        ("Correction 1", "The article said 1964. It was 1965."),
        ("own", "article", "entry"),
    ),
    Case(
        LetterKind.FOLLOW,
        "Please confirm: corrections to “A harbour and its town”",
        ("seven days",),
        ("confirm", "stop", "article"),
    ),
    Case(
        LetterKind.FOLLOWED,
        "Correction: “A harbour and its town”",
        ("Correction 1", "The article said 1964. It was 1965."),
        ("stop", "article", "entry"),
    ),
]


def everything_happens() -> None:
    """Let one reader report, be asked, be declined, appeal and follow; another one, too."""
    by = make.staff(Role.EDITOR)
    on = make.article("harbour")
    make.token(on, email=OTHER, name="Other Name")
    follows.ask(on.id, EMAIL, at=make.NOW)
    follow = db.session.scalars(select(Follow)).one()
    follows.confirm(follow.id, link_token(follow), at=make.NOW)
    sent: dict[str, Any] = {"email": EMAIL, "name": "Private Name"}
    make.case_with(make.token(on, **sent), CaseStatus.WAITING_READER, by=by)
    link = make.token(on, problem="Once more.", **sent)
    make.case_with(link, CaseStatus.DECLINED, by=by)
    private_links.appeal(link, at=make.NOW, text="The harbour opened in 1965.")
    make.case_with(make.token(on, problem="And again.", **sent), CaseStatus.CORRECTED, by=by)


def letter_of(kind: LetterKind) -> Letter:
    """Return the latest letter of a kind."""
    newest = select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc())
    return db.session.scalars(newest.limit(1)).one()


def made(letter: Letter) -> EmailMessage:
    """Return the message of a letter."""
    mail = letters.outgoing(letter.id)
    assert mail is not None
    return messages.compose(mail, at=make.NOW)


def links_of(letter: Letter) -> dict[str, str]:
    """Return where the links in a letter have to lead."""
    mail = letters.outgoing(letter.id)
    assert mail is not None
    links = {"article": "http://localhost/articles/harbour"}
    links["entry"] = "http://localhost/corrections/1"
    if mail.report:
        links["own"] = f"http://localhost/reports/{mail_token(mail.report)}"
    if mail.follow:
        links["confirm"] = f"http://localhost/follow/{mail.follow.id}/{link_token(mail.follow)}"
        links["stop"] = f"{links['confirm']}/stop"
    return links


@pytest.mark.parametrize("case", MAILS, ids=lambda case: str(case.kind))
def test_every_kind_says_what_it_has_to_in_text_and_in_html(case: Case) -> None:
    everything_happens()
    letter = letter_of(case.kind)

    message = made(letter)

    assert message["To"] == EMAIL
    assert str(message["Subject"]).startswith(case.subject)
    text, page = " ".join(plain(message).split()), lxml.html.fromstring(html(message))
    in_page = " ".join(page.text_content().split())
    for words in (*case.says, "The Meridian Ledger"):
        assert words in text
        assert words in in_page
    expected = {links_of(letter)[name] for name in case.links}
    assert set(re.findall(r"https?://\S+", plain(message))) == expected
    assert set(page.xpath("//a/@href")) == expected


@pytest.mark.parametrize("case", MAILS, ids=lambda case: str(case.kind))
def test_no_mail_fetches_or_tells_anything_of_others(case: Case) -> None:
    everything_happens()

    message = made(letter_of(case.kind))

    page = lxml.html.fromstring(html(message))
    assert not page.xpath("//img|//script|//style|//link|//iframe|//@style|//@src|//@background")
    assert not [secret for secret in SECRETS if secret in message.as_string()]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_mails_private_link_opens_the_report() -> None:
    report = make.report(email=EMAIL)

    private_links.withdraw(mail_token(report), at=make.NOW)

    db.session.refresh(report)
    assert report.withdrawn_at == make.NOW


def test_a_decision_offers_the_appeal_as_long_as_there_is_one() -> None:
    link = make.token(email=EMAIL)
    make.case_with(link, CaseStatus.DECLINED)
    before = plain(made(letter_of(LetterKind.DECISION)))

    private_links.appeal(link, at=make.NOW, text="I have a photograph.")

    assert "Appeal here:" in before
    assert "Appeal here:" not in plain(made(letter_of(LetterKind.DECISION)))


def test_the_correction_mail_shows_what_changed() -> None:
    everything_happens()

    message = made(letter_of(LetterKind.CORRECTION))

    page = lxml.html.fromstring(html(message))
    assert page.xpath("//del/text()") == ["1964"]
    assert page.xpath("//ins/text()") == ["1965"]
    assert "Was:\n    It opened in 1964" in plain(message).replace("\r\n", "\n")
    assert "Is:\n    It opened in 1965" in plain(message).replace("\r\n", "\n")


def test_a_second_copy_carries_the_same_id_and_another_letter_another() -> None:
    everything_happens()
    letter, other = letter_of(LetterKind.RECEIVED), letter_of(LetterKind.QUESTION)

    ids = [made(each)["Message-ID"] for each in (letter, letter, other)]

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("case", MAILS, ids=lambda case: str(case.kind))
def test_only_mails_to_followers_can_be_unsubscribed_from(case: Case) -> None:
    everything_happens()
    letter = letter_of(case.kind)

    message = made(letter)

    assert message["Auto-Submitted"] == "auto-generated"
    if case.kind in (LetterKind.FOLLOW, LetterKind.FOLLOWED):
        assert message["List-Unsubscribe"] == f"<{links_of(letter)['stop']}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"List-Unsubscribe: <{links_of(letter)['stop']}>\r\n".encode() in message.as_bytes()
    else:
        assert "List-Unsubscribe" not in message
        assert "List-Unsubscribe-Post" not in message


def by_name(name: str) -> None:
    """Make a report whose reader has an odd name."""
    make.report(email=EMAIL, name=name)


def by_headline(headline: str) -> None:
    """Make a confirmation about an article with an odd headline."""
    follows.ask(make.article(headline=headline).id, EMAIL, at=make.NOW)


@pytest.mark.parametrize("where", [by_name, by_headline])
@pytest.mark.parametrize(
    "odd",
    [
        "Zoë\r\nBcc: victim@example.org",
        "\u202eevil\u2066",
        '"Quotes", <angles>; {{ 7 * 7 }}',
        "\ud800 half",
        "tab\tand\x0bvertical\u2028line",
        "very long " * 28,
    ],
)
def test_odd_names_and_headlines_put_nothing_into_the_header(
    where: Callable[[str], None], odd: str
) -> None:
    if "\ud800" in odd:
        odd = odd.replace("\ud800", "\x85")  # no database takes half a character
    where(odd)
    letter = db.session.scalars(select(Letter)).one()

    message = made(letter)

    header, _, _ = message.as_bytes().decode("ascii").partition("\r\n\r\n")
    names = [line.partition(":")[0] for line in header.split("\r\n") if line[:1] not in " \t"]
    assert "Bcc" not in names
    assert set(names) <= {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type"),
    }
    assert not set(str(message["Subject"])) & set("\r\n\t\u202e\u2066\u2028")
    assert "49" not in str(message["Subject"])


def test_a_readers_own_words_are_not_in_the_mail_that_anybody_can_cause() -> None:
    make.report(email=EMAIL, name="Buy at shop.example", problem="Cheap at shop.example!")

    message = made(letter_of(LetterKind.RECEIVED))

    assert "shop.example" not in message.as_string()


def test_markup_in_a_notice_stays_text(in_app: Flask) -> None:
    on = make.article()
    follows.ask(on.id, EMAIL, at=make.NOW)
    follow = db.session.scalars(select(Follow)).one()
    follows.confirm(follow.id, link_token(follow), at=make.NOW)
    notice = "The article said <b>twelve</b>. There were <i>ten</i> & no more."
    make.correction(on, notice=notice)

    message = made(letter_of(LetterKind.FOLLOWED))

    assert notice in " ".join(plain(message).split())
    assert notice in lxml.html.fromstring(html(message)).text_content()


def test_a_sites_path_is_part_of_every_link(in_app: Flask) -> None:
    in_app.config["SITE_URL"] = "https://news.example/corrections-desk"
    make.report(make.article("harbour"), email=EMAIL)

    message = made(letter_of(LetterKind.RECEIVED))

    assert "https://news.example/corrections-desk/articles/harbour" in plain(message)
    assert str(message["Message-ID"]).endswith("@news.example>")

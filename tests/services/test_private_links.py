"""What readers do at their private link: answer, add, withdraw, and erase for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.extensions import db
from app.models import Case, CaseEvent, Letter, Message, MessageKind, Report
from app.queries import reports as report_queries
from app.queries.letters import mail_token
from app.rules.errors import Conflict, NotFound, TooMany
from app.rules.permissions import Role
from app.rules.workflow import Action, CaseStatus
from app.services import private_links
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

LATER = make.NOW + timedelta(days=1)
SECRET = "Zebulon Quagga"
EMAIL = "zebulon@mail.example"

_S = CaseStatus


def _answer(token: str) -> None:
    private_links.answer(token, at=LATER, text="In the yearbook.")


def _add(token: str) -> None:
    private_links.add(token, at=LATER, text="And one thing more.")


def _appeal(token: str) -> None:
    private_links.appeal(token, at=LATER, text="In the yearbook.")


def _withdraw(token: str) -> None:
    private_links.withdraw(token, at=LATER)


DEEDS = [_answer, _add, _appeal, _withdraw]


def _messages() -> int:
    return db.session.scalar(select(func.count(Message.id))) or 0


@pytest.mark.parametrize(
    "status", [_S.RECEIVED, _S.IN_REVIEW, _S.WAITING_READER, _S.AGREED, _S.QUARANTINED]
)
def test_something_can_be_added_while_the_case_is_open(status: CaseStatus) -> None:
    token = make.token()
    case = make.case_with(token, status)

    _add(token)

    said = db.session.scalars(select(Message).where(Message.kind == MessageKind.ADDITION)).one()
    assert said.text == "And one thing more."
    assert case.status is status


@pytest.mark.parametrize("status", [_S.CORRECTED, _S.DECLINED, _S.WITHDRAWN])
def test_nothing_can_be_added_to_what_is_over(status: CaseStatus) -> None:
    token = make.token()
    make.case_with(token, status)

    with pytest.raises(Conflict):
        _add(token)

    assert _messages() == 0


@pytest.mark.parametrize("deed", DEEDS)
def test_who_withdrew_has_no_further_part_in_it(deed: Callable[[str], None]) -> None:
    token = make.token()
    make.case_with(token, CaseStatus.WITHDRAWN)

    with pytest.raises(Conflict, match="withdrawn"):
        deed(token)

    assert _messages() == 0


@pytest.mark.parametrize("deed", DEEDS)
def test_to_an_erased_report_nothing_is_added(deed: Callable[[str], None]) -> None:
    token = make.token()
    make.case_with(token, CaseStatus.WAITING_READER)
    private_links.erase(token, at=LATER)

    with pytest.raises(Conflict, match="erased"):
        deed(token)

    assert _messages() == 0


@pytest.mark.parametrize("deed", [*DEEDS, lambda token: private_links.erase(token, at=LATER)])
@pytest.mark.parametrize("token", ["", "0" * 26, "no such token"])
def test_a_made_up_link_opens_nothing(deed: Callable[[str], object], token: str) -> None:
    make.token(email=EMAIL)

    with pytest.raises(NotFound):
        deed(token)


def test_the_link_in_mails_does_what_the_first_one_does() -> None:
    token = make.token(email=EMAIL)
    make.case_with(token, CaseStatus.WAITING_READER)

    _answer(mail_token(make.report_with(token)))

    assert report_queries.with_token(token).case.status is CaseStatus.IN_REVIEW


def test_a_link_is_good_for_so_many_messages_an_hour() -> None:
    token = make.token()
    for _ in range(20):
        _add(token)

    with pytest.raises(TooMany):
        _add(token)

    assert _messages() == 20
    _add(make.token())


def test_what_is_refused_does_not_count_against_the_link(in_app: Flask) -> None:
    token = make.token()
    for _ in range(30):
        with pytest.raises(Conflict):
            _answer(token)

    _add(token)

    assert _messages() == 1


# --- erasing --------------------------------------------------------------------------


def _secretive(status: CaseStatus = CaseStatus.DECLINED) -> str:
    """Return the link of a report whose every field gives its reader away."""
    token = make.token(
        problem=f"{SECRET} saw it.",
        suggestion=f"{SECRET} says 1965.",
        evidence=(f"https://example.org/?{SECRET.replace(' ', '')}",),
        name=SECRET,
        email=EMAIL,
        wants_credit=True,
    )
    private_links.add(token, at=make.NOW, text=f"{SECRET} again.")
    make.case_with(token, status)
    return token


def _everything_stored() -> str:
    db.session.rollback()
    tables = db.session.execute(
        text(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if db.engine.dialect.name == "sqlite"
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    ).scalars()
    found = [
        str(tuple(row))
        for table in list(tables)
        for row in db.session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - our tables
    ]
    db.session.rollback()
    return "\n".join(found)


@pytest.mark.parametrize("status", [_S.RECEIVED, _S.WAITING_READER, _S.DECLINED, _S.CORRECTED])
def test_erasing_leaves_nothing_of_the_reader_in_any_table(status: CaseStatus) -> None:
    token = _secretive(status)
    assert SECRET in _everything_stored()

    private_links.erase(token, at=LATER)

    stored = _everything_stored()
    assert SECRET not in stored
    assert "ZebulonQuagga" not in stored
    assert EMAIL not in stored


def test_erasing_leaves_nothing_in_the_files_of_the_database(in_app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    token = _secretive()
    files = list(Path(in_app.instance_path).glob("corrigenda.db*"))
    assert any(SECRET.encode() in file.read_bytes() for file in files)
    db.session.remove()

    private_links.erase(token, at=LATER)

    assert not any(SECRET.encode() in file.read_bytes() for file in files if file.exists())


def test_erasing_leaves_the_case_and_its_history_whole() -> None:
    token = _secretive()
    case_id = make.report_with(token).case_id
    steps = db.session.scalars(select(CaseEvent.action).order_by(CaseEvent.id)).all()

    private_links.erase(token, at=LATER)

    page = report_queries.with_token(token)
    assert page.report.erased_at == LATER
    assert (page.case.id, page.case.status) == (case_id, CaseStatus.DECLINED)
    assert page.report.quote == make.PASSAGE
    assert db.session.scalars(select(CaseEvent.action).order_by(CaseEvent.id)).all() == steps
    assert steps[-1] is Action.DECLINE


def test_erasing_takes_back_the_letters_that_have_not_gone() -> None:
    token = _secretive()
    assert db.session.scalar(select(func.count(Letter.id))) == 2

    private_links.erase(token, at=LATER)

    assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_erasing_again_changes_nothing() -> None:
    token = _secretive()
    private_links.erase(token, at=LATER)

    private_links.erase(token, at=LATER + timedelta(days=1))

    assert make.report_with(token).erased_at == LATER


def test_erasing_takes_the_words_of_one_reader_only() -> None:
    other = make.token(name="Nurul", problem="It was 1965.")
    token = _secretive()

    private_links.erase(token, at=LATER)

    kept = make.report_with(other)
    assert (kept.reporter_name, kept.problem, kept.erased_at) == ("Nurul", "It was 1965.", None)


def test_the_desk_can_still_decide_on_a_case_whose_report_was_erased() -> None:
    by = make.staff(Role.EDITOR)
    token = _secretive(CaseStatus.AGREED)
    case = db.session.get_one(Case, make.report_with(token).case_id)
    private_links.erase(token, at=LATER)

    make.publish(case, by=by, at=LATER)

    assert case.status is CaseStatus.CORRECTED
    assert db.session.scalars(select(Report.reporter_email)).all() == [""]

"""Undoing a step: within 30 seconds, by who took it, while nobody outside the desk knows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Article, Case, CaseEvent, DeliveryState, Letter, LetterKind, Staff
from app.queries import known
from app.queries import reports as report_queries
from app.queries.articles import version
from app.rules.errors import Conflict, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import UNDO_HOLDS, UNDOABLE, Action, CaseStatus
from app.services import cases, outbox, private_links, undo
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

SOON = make.NOW + timedelta(seconds=29)
LATE = make.NOW + UNDO_HOLDS
START = make.NOW - timedelta(minutes=10)

FROM = {
    Action.AGREE: CaseStatus.IN_REVIEW,
    Action.DECLINE: CaseStatus.IN_REVIEW,
    Action.MERGE: CaseStatus.IN_REVIEW,
    Action.QUARANTINE: CaseStatus.IN_REVIEW,
    Action.RESTORE: CaseStatus.QUARANTINED,
    Action.REOPEN: CaseStatus.DECLINED,
}
"""Each step that can be undone, and a state that it starts from."""

COLUMNS = [
    column.name
    for column in Case.__table__.columns
    if column.name not in ("version", "touched_at", "rank_at", "rank_reasons", "claimed_until")
]
"""All that a step may change; that somebody worked on the case renews the claim all the same."""


class Scene:
    """A case with a reader who left an address, and the editor who has it."""

    def __init__(self, status: CaseStatus = CaseStatus.IN_REVIEW) -> None:
        self.by = make.staff(Role.EDITOR)
        self.token = make.token(email="reader@mail.example", at=START)
        self.id = make.case_with(self.token, status, by=self.by, at=START).id
        on = db.session.get_one(Article, self.case.article_id)
        self.root = make.case(on=on, passage="", at=START).id

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return db.session.get_one(Case, self.id, populate_existing=True)

    def is_now(self) -> dict[str, Any]:
        """Return all that a case is."""
        return {name: getattr(self.case, name) for name in COLUMNS}

    def take(self, action: Action) -> None:
        """Take a step on the case."""
        who: dict[str, Any] = {"seen": self.case.version, "by": self.by, "at": make.NOW}
        if action is Action.AGREE:
            cases.agree(self.id, **who)
        elif action is Action.DECLINE:
            reason = DeclineReason.OPINION
            cases.decline(self.id, **who, reason=reason, explanation="It is a view.")
        elif action is Action.MERGE:
            cases.merge(self.id, **who, into=f"C-{self.root:04}")
        elif action is Action.QUARANTINE:
            cases.quarantine(self.id, **who, reason="A shop.")
        elif action is Action.RESTORE:
            cases.restore(self.id, **who)
        else:
            cases.reopen(self.id, **who, reason="A second look.")

    def undo(self, at: datetime = SOON, by: Staff | None = None) -> None:
        """Try to undo it."""
        undo.undo(self.id, seen=self.case.version, by=by or self.by, at=at)

    def owed(self) -> list[LetterKind]:
        """Return the letters that are owed because of a decision."""
        kinds = select(Letter.kind).where(Letter.kind != LetterKind.RECEIVED)
        return list(db.session.scalars(kinds))


def test_every_step_that_can_be_undone_is_tried() -> None:
    assert set(FROM) == UNDOABLE


@pytest.mark.parametrize("action", FROM)
def test_a_case_is_exactly_what_it_was(action: Action) -> None:
    scene = Scene(FROM[action])
    before = scene.is_now()
    scene.take(action)

    scene.undo()

    assert scene.is_now() == before | {"before": None}
    last = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == scene.id).order_by(CaseEvent.id.desc())
    ).first()
    assert last is not None
    assert (last.action, last.reason) == (Action.UNDO, action.value)
    assert last.to_status is FROM[action]


def test_the_answer_waits_and_is_never_sent() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DECISION)).one()
    goes_at, due = letter.next_try_at, outbox.take(9, at=SOON)

    scene.undo()

    assert goes_at == LATE
    assert letter.id not in [each.id for each in due]
    assert scene.owed() == []


def test_a_decision_that_stands_is_answered_after_30_seconds() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)

    taken = [each.id for each in outbox.take(9, at=LATE)]

    kinds = db.session.scalars(select(Letter.kind).where(Letter.id.in_(taken))).all()
    assert LetterKind.DECISION in kinds


def test_after_30_seconds_it_stands() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)

    with pytest.raises(Conflict, match="30 seconds"):
        scene.undo(at=LATE)

    assert scene.case.status is CaseStatus.DECLINED
    assert scene.owed() == [LetterKind.DECISION]


def test_only_who_took_a_step_undoes_it() -> None:
    scene = Scene()
    scene.take(Action.AGREE)

    with pytest.raises(Conflict, match="Only who"):
        scene.undo(by=make.staff(Role.ADMIN))

    assert scene.case.status is CaseStatus.AGREED


def test_it_cannot_be_undone_from_an_old_page() -> None:
    scene = Scene()
    seen = scene.case.version
    scene.take(Action.AGREE)

    with pytest.raises(StaleCase):
        undo.undo(scene.id, seen=seen, by=scene.by, at=SOON)


def test_what_a_reader_has_seen_stands() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)
    version_seen = scene.case.version
    private_links.seen(scene.token)

    with pytest.raises(Conflict, match="reader has seen it"):
        scene.undo()

    assert scene.case.status is CaseStatus.DECLINED
    assert scene.case.version == version_seen


def test_what_has_begun_to_leave_the_house_stands() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DECISION)).one()
    letter.tries, letter.state = 1, DeliveryState.WAITING
    db.session.commit()

    with pytest.raises(Conflict, match="left the house"):
        scene.undo()

    assert scene.owed() == [LetterKind.DECISION]
    assert scene.case.status is CaseStatus.DECLINED


def test_what_is_published_asked_or_claimed_cannot_be_undone() -> None:
    published, asked, claimed = Scene(CaseStatus.AGREED), Scene(), Scene()
    make.publish(published.case, by=published.by, at=make.NOW)
    asked_who: dict[str, Any] = {"seen": asked.case.version, "by": asked.by, "at": make.NOW}
    cases.ask(asked.id, **asked_who, question="Where?")

    for scene in (published, asked, claimed):
        with pytest.raises(Conflict, match="nothing to undo"):
            scene.undo()


def test_a_step_is_undone_once() -> None:
    scene = Scene()
    scene.take(Action.AGREE)
    scene.undo()

    with pytest.raises(Conflict, match="nothing to undo"):
        scene.undo()

    assert scene.case.status is CaseStatus.IN_REVIEW


def test_a_merge_is_not_undone_when_the_root_has_gone_on() -> None:
    scene = Scene()
    scene.take(Action.MERGE)
    root = db.session.get_one(Case, scene.root, populate_existing=True)
    cases.agree(root.id, seen=root.version, by=make.staff(), at=make.NOW)

    with pytest.raises(Conflict, match="has gone on"):
        scene.undo()

    assert scene.case.merged_into_id == scene.root


def test_undoing_a_merge_stands_in_the_root_s_history_and_undoes_nothing_there() -> None:
    scene = Scene()
    scene.take(Action.MERGE)
    root = db.session.get_one(Case, scene.root, populate_existing=True)

    with pytest.raises(Conflict, match="nothing to undo"):
        undo.undo(root.id, seen=root.version, by=scene.by, at=SOON)
    scene.undo()

    actions = db.session.scalars(select(CaseEvent.action).where(CaseEvent.case_id == scene.root))
    assert list(actions) == [Action.MERGE, Action.UNDO]


def test_no_reader_ever_hears_of_what_was_undone() -> None:
    scene = Scene()
    scene.take(Action.DECLINE)
    scene.undo()

    page = report_queries.with_token(scene.token)

    assert [event.action for event in page.events] == [Action.CLAIM]
    assert page.decision is None


@pytest.mark.parametrize("action", [Action.AGREE, Action.DECLINE])
def test_the_public_learns_of_a_decision_when_it_stands(action: Action) -> None:
    scene = Scene()
    scene.take(action)
    article = db.session.get_one(Article, scene.case.article_id)
    passage = make.report_with(scene.token).passage

    def shown(at: datetime) -> list[CaseStatus]:
        found = known.about(article, version(article, 1), passage, at)
        return [case.status for case in found.cases]

    after = {Action.AGREE: [CaseStatus.AGREED], Action.DECLINE: []}[action]
    assert shown(SOON) == [CaseStatus.IN_REVIEW]
    assert shown(LATE) == after

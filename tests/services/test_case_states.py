"""The table of states, kept by the services: what is in it happens, all else is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from app.extensions import db
from app.models import Article, Case, CaseEvent, Staff, case_relations
from app.rules.errors import Conflict, StaleCase
from app.rules.kinds import DeclineReason
from app.rules.permissions import Role
from app.rules.workflow import TRANSITIONS, Action, CaseStatus, actions_from
from app.services import assignments, cases, grouping, private_links, undo
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

LATER = make.NOW + timedelta(days=15)
"""When a reader's 14 days are over."""

OF_READERS = {Action.ANSWER, Action.WITHDRAW, Action.APPEAL}


class _Scene:
    """A case in a state, its report's link, and somebody who holds it where somebody does."""

    def __init__(self, status: CaseStatus) -> None:
        self.by = make.staff(Role.EDITOR)
        self.token = make.token()
        self.id = make.case_with(self.token, status, by=self.by).id
        on = db.session.get_one(Article, self.case.article_id)
        self.other = make.case(on=on, passage="").reference
        self.elsewhere = make.case().reference
        self.colleague = make.staff().id

    def second(self) -> str:
        """Put a second report to the case, as it may have come when the case was open."""
        second = make.report(db.session.get_one(Article, self.case.article_id), passage="")
        second.case_id = self.id
        db.session.commit()
        return second.reference

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.id, populate_existing=True)

    def take(self, action: Action, by: Staff | None = None) -> None:
        """Let somebody try to do it."""
        who = {"seen": self.case.version, "by": by or self.by, "at": LATER}
        _SERVICES[action](self, who)

    def steps(self) -> int:
        """Return how many steps the case's history holds."""
        own = select(func.count(CaseEvent.id)).where(CaseEvent.case_id == self.id)
        return db.session.scalar(own) or 0


_Service = Callable[[_Scene, dict[str, Any]], object]

_SERVICES: dict[Action, _Service] = {
    Action.CLAIM: lambda scene, who: cases.claim(scene.id, **who),
    Action.RELEASE: lambda scene, who: cases.release(scene.id, **who),
    Action.ASK: lambda scene, who: cases.ask(scene.id, **who, question="Where was that?"),
    Action.ANSWER: lambda scene, who: private_links.answer(scene.token, at=LATER, text="There."),
    Action.RESUME: lambda scene, who: cases.resume(scene.id, **who),
    Action.AGREE: lambda scene, who: cases.agree(scene.id, **who),
    Action.DECLINE: lambda scene, who: cases.decline(
        scene.id, **who, reason=DeclineReason.OPINION, explanation="That is a matter of taste."
    ),
    Action.PUBLISH: lambda scene, who: make.publish(scene.case, **who),
    Action.MERGE: lambda scene, who: cases.merge(scene.id, **who, into=scene.other),
    Action.UNMERGE: lambda scene, who: cases.unmerge(scene.id, **who),
    Action.QUARANTINE: lambda scene, who: cases.quarantine(scene.id, **who, reason="A shop."),
    Action.RESTORE: lambda scene, who: cases.restore(scene.id, **who),
    Action.WITHDRAW: lambda scene, who: private_links.withdraw(scene.token, at=LATER),
    Action.APPEAL: lambda scene, who: private_links.appeal(scene.token, at=LATER, text="A source."),
    Action.REOPEN: lambda scene, who: cases.reopen(scene.id, **who, reason="A second look."),
    Action.SPLIT: lambda scene, who: grouping.split(scene.id, **who, report=scene.second()),
    Action.RELATE: lambda scene, who: grouping.relate(scene.id, **who, other=scene.elsewhere),
    Action.UNRELATE: lambda scene, who: _unrelate(scene, who),
    Action.UNDO: lambda scene, who: undo.undo(scene.id, **who),
    Action.ASSIGN: lambda scene, who: assignments.assign(scene.id, **who, to=scene.colleague),
}


def _unrelate(scene: _Scene, who: dict[str, Any]) -> None:
    """Take two cases apart that somebody has put together before."""
    pair = {"case_id": scene.id, "other_id": int(scene.elsewhere[2:])}
    db.session.execute(insert(case_relations).values(pair))
    db.session.commit()
    grouping.unrelate(scene.id, **who, other=scene.elsewhere)


def _is_refused(scene: _Scene, action: Action) -> bool:
    try:
        scene.take(action)
    except Conflict:
        return True
    return False


def test_every_action_has_a_service() -> None:
    assert set(_SERVICES) == set(Action)


@pytest.mark.parametrize("status", CaseStatus)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(status: CaseStatus) -> None:
    # What the reader of a merged report does, happens to the case that theirs is merged into.
    elsewhere = OF_READERS if status is CaseStatus.MERGED else set()
    expected = set(Action) - actions_from(status) - elsewhere
    scene = _Scene(status)
    version, steps = scene.case.version, scene.steps()

    refused = {action for action in expected if _is_refused(scene, action)}

    assert refused == expected
    assert scene.case.status is status
    assert (scene.case.version, scene.steps()) == (version, steps)


@pytest.mark.parametrize(("status", "action"), TRANSITIONS)
def test_what_is_in_the_table_leads_where_it_says(status: CaseStatus, action: Action) -> None:
    scene = _Scene(status)
    steps = scene.steps()

    scene.take(action)

    last = db.session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == scene.id).order_by(CaseEvent.id.desc())
    ).first()
    assert scene.case.status is TRANSITIONS[status, action]
    assert last is not None
    assert (last.from_status, last.action) == (status, action)
    assert last.to_status is scene.case.status
    assert scene.steps() == steps + 1


@pytest.mark.parametrize("action", sorted(actions_from(CaseStatus.RECEIVED)))
def test_deciding_on_a_case_that_nobody_has_claims_it_on_the_way(action: Action) -> None:
    scene = _Scene(CaseStatus.RECEIVED)
    table = {what for state, what in TRANSITIONS if state is CaseStatus.RECEIVED}

    scene.take(action)

    taken = db.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == scene.id).order_by(CaseEvent.id)
    ).all()
    assert taken == ([action] if action in table else [Action.CLAIM, action])


@pytest.mark.parametrize("action", sorted(set(Action) - OF_READERS))
def test_who_comes_too_late_is_refused(action: Action) -> None:
    scene = _Scene(CaseStatus.RECEIVED)
    seen = scene.case.version
    colleague = make.staff(Role.EDITOR, name="Ines Okafor")
    cases.claim(scene.id, seen=seen, by=colleague, at=make.NOW)
    who = {"seen": seen, "by": scene.by, "at": LATER}

    with pytest.raises(StaleCase):
        _SERVICES[action](scene, who)

    assert scene.case.claimed_by_id == colleague.id

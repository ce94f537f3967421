"""Reading the audit: the newest first, of one kind or one person, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.extensions import db
from app.models import SecurityEvent
from app.queries import audit
from app.rules.security import SecurityEventKind
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

IN, OUT = SecurityEventKind.SIGNED_IN, SecurityEventKind.SIGNED_OUT


def _event(kind: SecurityEventKind, *, minutes: int = 0, by: int | None, of: int | None) -> None:
    at = make.NOW + timedelta(minutes=minutes)
    db.session.add(SecurityEvent(at=at, kind=kind, actor_id=by, subject_id=of))
    db.session.commit()


def test_pages_follow_each_other_without_a_gap_even_within_one_moment() -> None:
    ada = make.staff().id
    for minutes in (0, 0, 0, 1, 2):
        _event(IN, minutes=minutes, by=ada, of=ada)

    seen, before = [], None
    while rows := audit.page(2, before=before):
        seen += [row.id for row in rows]
        before = (rows[-1].at, rows[-1].id)

    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


def test_one_persons_are_those_by_and_about_them() -> None:
    ada, rui = make.staff().id, make.staff().id
    _event(IN, by=ada, of=ada)
    _event(OUT, by=ada, of=rui)
    _event(IN, by=None, of=None)

    assert [row.kind for row in audit.page(9, person=rui)] == [OUT]
    assert {row.kind for row in audit.page(9, person=ada)} == {IN, OUT}


def test_one_kind_is_asked_for_alone() -> None:
    ada = make.staff(name="Ada").id
    _event(IN, by=ada, of=ada)
    _event(OUT, by=ada, of=ada)

    rows = audit.page(9, kind=IN)

    assert [(row.kind, row.actor.name if row.actor else "") for row in rows] == [(IN, "Ada")]

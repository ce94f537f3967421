"""Access tokens: made by whoever proves to be the person, shown once, revoked at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import AccessToken, SecurityEvent, Staff
from app.queries import api_tokens as token_queries
from app.rules.credentials import Proof
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.permissions import Role
from app.rules.scopes import Scope
from app.rules.security import SecurityEventKind
from app.services import api_tokens
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

SOON, LATER = make.NOW + timedelta(days=1), make.NOW + timedelta(days=30)


def made(by: Staff, *scopes: Scope, name: str = "Importer", lasts: int = 30) -> str:
    """Make a token as its owner does."""
    return api_tokens.make(
        by.id,
        name,
        scopes or [Scope.READ_CASES],
        Proof(make.PASSWORD),
        lasts=timedelta(days=lasts),
        at=make.NOW,
    )


def events() -> list[tuple[SecurityEventKind, str]]:
    """Return what the audit says."""
    found = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.id))
    return [(event.kind, event.detail) for event in found]


def test_a_token_is_good_until_it_is_over_and_is_kept_as_a_hash_alone() -> None:
    editor = make.staff(Role.EDITOR)

    token = made(editor, Scope.READ_CASES, Scope.PUBLISH)

    found = token_queries.with_token(token, SOON)
    assert found is not None
    assert (found.staff.id, found.scopes) == (editor.id, ["cases:read", "corrections:write"])
    assert token.startswith("cgd_")
    assert token.encode() not in b"".join(db.session.scalars(select(AccessToken.token_hash)))
    assert token_queries.with_token(token, LATER) is None
    assert token_queries.with_token(token.lower(), SOON) is None
    assert events() == [(SecurityEventKind.TOKEN_MADE, "Importer: cases:read, corrections:write")]


def test_two_tokens_are_never_the_same() -> None:
    editor = make.staff(Role.EDITOR)

    assert made(editor) != made(editor)


def test_nobody_makes_one_without_the_password() -> None:
    editor = make.staff(Role.EDITOR)

    with pytest.raises(InvalidInput) as wrong:
        api_tokens.make(
            editor.id,
            "Importer",
            [Scope.READ_CASES],
            Proof("something else"),
            lasts=timedelta(days=1),
            at=make.NOW,
        )

    assert wrong.value.field == "proof"
    assert token_queries.of(editor.id) == []


@pytest.mark.parametrize("scopes", [[], [Scope.PUBLISH], [Scope.READ_CASES, Scope.PUBLISH]])
def test_nobody_makes_one_beyond_the_own_role(scopes: list[Scope]) -> None:
    triager = make.staff(Role.TRIAGER)

    with pytest.raises(InvalidInput) as wrong:
        api_tokens.make(
            triager.id,
            "Importer",
            scopes,
            Proof(make.PASSWORD),
            lasts=timedelta(days=1),
            at=make.NOW,
        )

    assert wrong.value.field == "scopes"


def test_none_lasts_longer_than_a_year() -> None:
    editor = make.staff(Role.EDITOR)

    token = made(editor, lasts=10_000)

    assert token_queries.with_token(token, make.NOW + timedelta(days=367)) is None


def test_nobody_hoards_tokens() -> None:
    editor = make.staff(Role.EDITOR)
    for _ in range(api_tokens.MOST):
        made(editor)

    with pytest.raises(Conflict, match="revoke"):
        made(editor)


def test_a_revoked_token_is_worth_nothing_from_then_on() -> None:
    editor = make.staff(Role.EDITOR)
    kept, gone = made(editor, name="Kept"), made(editor, name="Gone")
    number = token_queries.of(editor.id)[0].id

    api_tokens.revoke(number, of=editor.id, by=editor.id, at=SOON)

    assert token_queries.with_token(gone, SOON) is None
    assert token_queries.with_token(kept, SOON) is not None
    assert events()[-1] == (SecurityEventKind.TOKEN_REVOKED, "Gone")


def test_nobody_revokes_somebody_elses() -> None:
    editor, other = make.staff(Role.EDITOR), make.staff(Role.ADMIN)
    token = made(editor)
    number = token_queries.of(editor.id)[0].id

    with pytest.raises(NotFound):
        api_tokens.revoke(number, of=other.id, by=other.id, at=SOON)

    assert token_queries.with_token(token, SOON) is not None


def test_who_is_shut_out_has_no_tokens_either() -> None:
    editor = make.staff(Role.EDITOR)
    token = made(editor)

    editor.is_disabled = True
    db.session.commit()

    assert token_queries.with_token(token, SOON) is None


def test_when_it_was_used_is_written_down() -> None:
    editor = make.staff(Role.EDITOR)
    made(editor)
    number = token_queries.of(editor.id)[0].id

    api_tokens.note_use(number, at=SOON)
    api_tokens.note_use(number + 1, at=SOON)

    assert db.session.get_one(AccessToken, number).last_used_at == SOON

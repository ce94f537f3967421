"""What can never be false: the tables refuse it, whoever asks."""

# ruff: noqa: S608 - the statements hold names of our own tables
from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Enum, MetaData, String, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.extensions import WRITE, db
from app.models import Article, Base, Case, Note
from app.rules.workflow import CaseStatus
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

CHOICES = [
    (table.name, column.name)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum)
]

REFERENCES = [
    (table.name, tuple(constraint.column_keys))
    for table in Base.metadata.sorted_tables
    for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
]

_BESIDES: dict[tuple[str, str], dict[str, Any]] = {
    ("cases", "claimed_by_id"): {"claimed_until": make.NOW},
    ("versions", "article_id"): {"number": 1},
    ("case_relations", "case_id"): {"case_id": -1},
    ("corrections", "from_version"): {"to_version": 77_778},
    ("corrections", "to_version"): {"from_version": 77_776},
}
"""What has to change too, so that nothing but the reference is wrong."""

_FRESH: dict[str, dict[str, Any]] = {
    "log_leaves": {"leaf_index": 5000, "version_id": None, "correction_id": None},
    "log_salts": {"leaf_index": 0},  # that of the leaf which is redacted
    "log_nodes": {"number": 5000},
    "log_checkpoints": {"size": 5000},
    "log_cosignatures": {"witness": "another.example"},
    "redactions": {"target": 1, "leaf_index": 1},
}
"""What a copy needs for want of an id of its own."""


def _refusal(table: str, changes: dict[str, Any]) -> str:
    """Say why a changed copy of a table's last row is refused; nothing where it is taken."""
    try:
        _insert_copy(table, changes)
    except IntegrityError as error:
        return str(error.orig)
    return ""


def _insert_copy(table: str, changes: dict[str, Any]) -> None:
    """Insert a copy of a table's last row, changed, with nothing in Python looking at it."""
    copy = Base.metadata.tables[table].to_metadata(MetaData())
    for column in copy.columns:
        column.type = String() if isinstance(column.type, Enum) else column.type
    with db.engine.execution_options(**WRITE).begin() as connection:
        rows = connection.execute(select(copy).order_by(*copy.primary_key.columns))
        row = dict(rows.mappings().all()[-1])
        fresh = {
            "id": row.get("id", 0) + 1000,
            "number": row.get("number", 0) + 1,
            "token_hash": b"another",
            "mail_token_hash": b"another",
            "reference": "R-ZZZZ-ZZZZ",
            "email": "another@desk.example",
            "slug": "another",
            "title": "Another",
            "credential_id": b"another",
        }
        named = _FRESH.get(table) or {name: fresh[name] for name in fresh if name in row}
        values = {**row, **named, **changes}
        connection.execute(insert(copy).values(values))


def test_a_choice_is_one_of_its_values() -> None:
    make.everything()

    refusals = {(table, column): _refusal(table, {column: "nonsense"}) for table, column in CHOICES}

    assert len(refusals) > 10
    for (table, column), refusal in refusals.items():
        assert f"ck_{table}_{column}" in refusal


def test_a_reference_leads_to_a_row() -> None:
    make.everything()

    refusals = {
        (table, columns): _refusal(
            table, {columns[-1]: 77_777, **_BESIDES.get((table, columns[-1]), {})}
        )
        for table, columns in REFERENCES
    }

    assert len(refusals) > 20
    for reference, refusal in refusals.items():
        assert "foreign key" in refusal.lower(), reference


def test_a_copy_without_a_fault_is_taken() -> None:
    make.everything()

    refused = {table: _refusal(table, {}) for table, _ in CHOICES}

    assert not any(refused.values()), "so the refusals above are due to what they change"


@pytest.mark.parametrize("table", ["articles", "cases", "staff", "reports"])
def test_what_is_referred_to_cannot_be_deleted(table: str) -> None:
    make.everything()

    with pytest.raises(DBAPIError), db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cases SET merged_into_id = id",
        "UPDATE cases SET claimed_by_id = NULL, claimed_until = '2026-11-23 02:00:00'",
        "UPDATE articles SET slug = 'the-same'",
        "UPDATE staff SET email = 'the-same@desk.example'",
        "UPDATE reports SET token_hash = (SELECT token_hash FROM reports LIMIT 1)",
        "UPDATE cases SET status = 'nonsense'",
    ],
)
def test_a_row_cannot_be_made_to_say_what_is_never_true(change: str) -> None:
    make.case()
    make.case(CaseStatus.IN_REVIEW)

    with pytest.raises(IntegrityError), db.engine.execution_options(**WRITE).begin() as connection:
        connection.execute(text(change))


def test_a_correction_leads_to_the_next_version_or_to_none() -> None:
    make.everything()

    refusal = _refusal("corrections", {"from_version": 1, "to_version": 3})

    assert "next_version" in refusal


def test_a_correction_does_not_amend_itself() -> None:
    make.everything()

    refusal = _refusal("corrections", {"id": 5000, "amends_id": 5000})

    assert "does_not_amend_itself" in refusal


def test_a_time_without_a_zone_is_refused() -> None:
    by, case = make.staff(), make.case()
    naive = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - the mistake that is to be noticed
    db.session.add(Note(case_id=case.id, author_id=by.id, at=naive, text="When was that?"))

    with pytest.raises(StatementError, match="without a zone"):
        db.session.flush()

    db.session.rollback()


def test_times_come_back_aware_and_in_utc() -> None:
    singapore = timezone(timedelta(hours=8))
    at = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=singapore)
    slug = make.article(at=at).slug
    db.session.expire_all()

    found = db.session.scalars(select(Article).where(Article.slug == slug)).one().published_at

    assert found == at
    assert found.utcoffset() == timedelta(0)
    assert found.tzinfo is UTC


def test_two_sessions_that_change_the_same_case_do_not_both_win() -> None:
    case = make.case(CaseStatus.IN_REVIEW)
    before = case.version

    case.due_at = make.NOW + timedelta(days=1)
    db.session.commit()

    assert db.session.scalars(select(Case.version)).one() == before + 1


def test_sqlite_is_set_up_to_keep_what_it_acknowledged() -> None:
    if db.engine.dialect.name != "sqlite":
        return

    with db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }

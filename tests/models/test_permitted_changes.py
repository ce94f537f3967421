"""The one exception to append-only speaks of every column: none can be changed on the side."""

from __future__ import annotations

import re

import pytest

from app.models import Base, append_only


@pytest.mark.parametrize(("table", "verb"), sorted(append_only.PERMITTED))
def test_what_may_be_done_to_a_row_is_said_of_each_of_its_columns(table: str, verb: str) -> None:
    said = " ".join(append_only.PERMITTED[table, verb])

    spoken_of = set(re.findall(r"NEW\.(\w+)", said))

    columns = {column.name for column in Base.metadata.tables[table].columns}
    assert spoken_of == (columns if verb == "UPDATE" else set())
    assert "FROM redactions" in said


def test_nothing_is_permitted_but_taking_words_and_salts_away() -> None:
    assert set(append_only.PERMITTED) == {
        ("versions", "UPDATE"),
        ("corrections", "UPDATE"),
        ("log_salts", "DELETE"),
    }

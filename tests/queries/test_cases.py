"""Reading a case: by its reference, and with everything that belongs to it."""

from __future__ import annotations

import pytest

from app.queries import cases
from app.rules.errors import NotFound
from app.rules.permissions import Role
from app.rules.workflow import CaseStatus
from app.services import cases as case_services
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")


def test_a_case_has_one_reference() -> None:
    case = make.case()

    assert cases.with_reference(case.reference).id == case.id
    for typed in (str(case.id), case.reference.lower(), f"C-0{case.reference[2:]}", "C-", ""):
        with pytest.raises(NotFound):
            cases.with_reference(typed)


def test_a_case_comes_with_all_that_belongs_to_it() -> None:
    on, me = make.article(), make.staff(Role.EDITOR)
    case = make.case(CaseStatus.WAITING_READER, on=on, by=me)
    merged = make.case(on=on, passage="")
    case_services.merge(merged.id, seen=1, by=me, at=make.NOW, into=case.reference)
    case_services.note(case.id, by=me, at=make.NOW, text="See the archive.")
    number = make.correction(on)

    page = cases.page(case)

    assert page.holder == me
    assert (page.reported.number, page.current.number) == (1, 2)
    assert [found.report.case_id for found in page.reports] == [case.id, merged.id]
    assert [message.text for message in page.reports[0].messages] == ["Where did you read that?"]
    assert [event.action.value for event in page.events] == ["merge", "ask", "claim"]
    assert [note.text for note in page.notes] == ["See the archive."]
    assert [entry.number for entry in page.entries] == [number]
    assert [other.id for other in page.others] == [merged.id]
    assert page.root is None
    merged_page = cases.page(merged)
    assert merged_page.root is not None
    assert merged_page.root.id == case.id

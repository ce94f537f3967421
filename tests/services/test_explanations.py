"""Canned explanations: kept with known placeholders only, one of each name, by one at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.models import Explanation
from app.queries import explanations as explanation_queries
from app.rules.errors import Conflict, InvalidInput, NotFound
from app.rules.kinds import DeclineReason
from app.services import cases, explanations
from tests import make

pytestmark = pytest.mark.usefixtures("in_app")

LATER = make.NOW + timedelta(hours=1)


def _kept(title: str = "A view", text: str = "It is a view: “{passage}”.") -> Explanation:
    explanations.add(
        title=title, text=text, reason=DeclineReason.OPINION, by=make.staff(), at=make.NOW
    )
    return next(each for each in explanation_queries.in_order() if each.title == title)


def _edit(kept: Explanation, seen: str = "", **changes: str) -> None:
    content: dict[str, Any] = {"title": kept.title, "text": kept.text, **changes}
    seen = seen or kept.edited_at.isoformat()
    explanations.edit(kept.id, seen=seen, by=make.staff(), at=LATER, **content)


def test_texts_are_kept_in_the_order_of_their_names() -> None:
    for title in ("Taste", "Accurate", "Opinion"):
        _kept(title)

    assert [each.title for each in explanation_queries.in_order()] == [
        "Accurate",
        "Opinion",
        "Taste",
    ]


def test_a_text_can_be_changed_and_removed() -> None:
    kept = _kept()

    _edit(kept, text="It is his view.")
    edited = explanation_queries.with_number(kept.id)
    now_text, now_reason, at = edited.text, edited.reason, edited.edited_at
    explanations.remove(kept.id, seen=at.isoformat())

    assert (now_text, now_reason, at) == ("It is his view.", None, LATER)
    with pytest.raises(NotFound):
        explanation_queries.with_number(kept.id)


@pytest.mark.parametrize("text", ["Dear {reader},", "See {Headline}.", "{}"])
def test_an_unknown_placeholder_is_refused(text: str) -> None:
    kept = _kept()

    with pytest.raises(InvalidInput, match="no placeholder"):
        _kept("Another", text)
    with pytest.raises(InvalidInput, match="no placeholder"):
        _edit(kept, text=text)

    assert len(explanation_queries.in_order()) == 1


def test_there_is_one_text_of_a_name() -> None:
    first, second = _kept("First"), _kept("Second")

    with pytest.raises(InvalidInput, match="already"):
        _kept("First")
    with pytest.raises(InvalidInput, match="already"):
        _edit(second, title="First")

    assert first.title == "First"


def test_two_who_edit_a_text_do_not_write_over_each_other() -> None:
    kept = _kept()
    seen = kept.edited_at.isoformat()
    _edit(kept, text="Hers.")

    with pytest.raises(Conflict):
        _edit(kept, seen=seen, text="His.")
    with pytest.raises(Conflict):
        explanations.remove(kept.id, seen=seen)

    assert explanation_queries.with_number(kept.id).text == "Hers."


def test_a_text_that_nobody_has_finished_is_not_sent() -> None:
    case = make.case()

    with pytest.raises(InvalidInput, match=r"\{source\}"):
        cases.decline(
            case.id,
            seen=case.version,
            by=make.staff(),
            at=make.NOW,
            reason=DeclineReason.OPINION,
            explanation="We asked {source} about it.",
        )

    assert case.decline_reason is None

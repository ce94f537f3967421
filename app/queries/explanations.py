"""Reading the canned explanations."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.models import Explanation
from app.rules.errors import NotFound


def in_order() -> list[Explanation]:
    """Return all canned explanations by their names: the order that their digits follow."""
    return list(db.session.scalars(select(Explanation).order_by(Explanation.title)))


def with_number(number: int) -> Explanation:
    """Return a canned explanation; raise ``NotFound``."""
    explanation = db.session.get(Explanation, number)
    if explanation is None:
        raise NotFound("There is no such text: somebody may have deleted it.")
    return explanation

"""The desk: what staff see and do."""

from __future__ import annotations

from flask import Blueprint

desk_pages = Blueprint("desk", __name__, url_prefix="/desk")

# The modules register their views on the blueprint above.
from app.web.desk import (  # noqa: E402
    account,  # noqa: F401
    articles,  # noqa: F401
    audit,  # noqa: F401
    bulk,  # noqa: F401
    cases,  # noqa: F401
    claims,  # noqa: F401
    explanations,  # noqa: F401
    figures,  # noqa: F401
    grouping,  # noqa: F401
    invitations,  # noqa: F401
    letters,  # noqa: F401
    preferences,  # noqa: F401
    publishing,  # noqa: F401
    queue,  # noqa: F401
    redactions,  # noqa: F401
    second_factor,  # noqa: F401
    staff,  # noqa: F401
    times,  # noqa: F401
    tokens,  # noqa: F401
    why,  # noqa: F401
)

"""The desk: what staff see and do."""

from __future__ import annotations

from flask import Blueprint

desk_pages = Blueprint("desk", __name__, url_prefix="/desk")

# The modules register their views on the blueprint above.
from app.web.desk import account, articles, cases, claims, publishing, queue, times  # noqa: E402, F401

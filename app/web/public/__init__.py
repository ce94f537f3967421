"""The public site: what readers see, and how they report."""

from __future__ import annotations

from flask import Blueprint

public_pages = Blueprint("public", __name__)

# The modules register their views on the blueprint above.
from app.web.public import articles, corrections, follows, pages, reporting, reports  # noqa: E402, F401

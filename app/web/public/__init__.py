"""The public site: what readers see, and how they report."""

from __future__ import annotations

from flask import Blueprint

public_pages = Blueprint("public", __name__)

# The modules register their views on the blueprint above.
from app.web.public import (  # noqa: E402
    articles,  # noqa: F401
    citing,  # noqa: F401
    corrections,  # noqa: F401
    follows,  # noqa: F401
    housekeeping,  # noqa: F401
    log,  # noqa: F401
    memento,  # noqa: F401
    pages,  # noqa: F401
    reporting,  # noqa: F401
    reports,  # noqa: F401
    search,  # noqa: F401
    sitemap,  # noqa: F401
    statistics,  # noqa: F401
)

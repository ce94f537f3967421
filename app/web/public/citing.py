"""Entries of the log as reference managers take them."""

from __future__ import annotations

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.queries import corrections
from app.rules.bibtex import bibtex
from app.web.access import public
from app.web.public import public_pages


@public_pages.get("/corrections/<number:number>.bib")
@public
def correction_bibtex(number: int) -> ResponseReturnValue:
    """Send an entry as BibTeX."""
    entry = corrections.numbered(number)
    name = f"{_(entry.kind.label)} {entry.number}"
    parts = {
        "author": current_app.config["PUBLICATION_NAME"],
        "title": _("%(name)s to “%(headline)s”", name=name, headline=entry.headline),
        "year": f"{entry.published_at:%Y}",
        "month": f"{entry.published_at:%m}",
        "day": f"{entry.published_at:%d}",
    }
    url = current_app.config["SITE_URL"] + url_for("public.correction", number=number)
    return Response(bibtex(f"correction-{number}", parts, url), mimetype="application/x-bibtex")

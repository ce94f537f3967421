"""Pages about the publication: how it corrects, and what it is."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from app.rules.kinds import CorrectionKind, DeclineReason
from app.web import structured
from app.web.access import public
from app.web.public import public_pages


@public_pages.get("/corrections/policy")
@public
def policy() -> ResponseReturnValue:
    """Say how the publication corrects: its own words, or a good default."""
    return render_template(
        "public/policy.html",
        own_text=current_app.config["POLICY"],
        kinds=list(CorrectionKind),
        reasons=list(DeclineReason),
        read_days=current_app.config["READ_DAYS"],
        decision_days=current_app.config["DECISION_DAYS"],
        letters=current_app.config["LETTERS_CONTACT"],
        rights=current_app.config["RIGHTS_CONTACT"],
    )


@public_pages.get("/about")
@public
def about() -> ResponseReturnValue:
    """Say what the publication is."""
    return render_template(
        "public/about.html",
        own_text=current_app.config["PUBLICATION_ABOUT"],
        data=structured.publication(),
    )

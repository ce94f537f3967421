"""One's own ways of working at the desk."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.rules.permissions import Permission
from app.services import preferences
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.identity import current_staff


@desk_pages.post("/account/keys")
@requires(Permission.VIEW_DESK)
def use_keys() -> ResponseReturnValue:
    """Turn single keys on or off for oneself."""
    uses_keys = request.form.get("keys") == "on"
    preferences.use_keys(current_staff().id, uses_keys=uses_keys)
    flash(_("Single keys are on.") if uses_keys else _("Single keys are off."))
    return redirect(url_for("desk.account"), 303)

"""One's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from app.rules.errors import InvalidInput
from app.rules.permissions import Permission
from app.services import staff as staff_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.staff import PasswordForm
from app.web.identity import current_staff


@desk_pages.route("/account", methods=["GET", "POST"])
@requires(Permission.VIEW_DESK)
def account() -> ResponseReturnValue:
    """Show who one is at the desk, and change one's password."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form)
    try:
        staff_services.change_password(
            current_staff().id, old=form.old.data or "", new=form.new.data or ""
        )
    except InvalidInput as error:
        field = form.old if error.field == "old" else form.new
        field.errors = [error.message]
        return _page(form)
    logout_user()
    session.clear()
    flash(_("Your password is changed, and you are signed out everywhere. Sign in with it."))
    return redirect(url_for("auth.login"), 303)


def _page(form: PasswordForm) -> ResponseReturnValue:
    shown = render_template("account/account.html", form=form, staff=current_staff())
    return shown, 422 if form.errors else 200

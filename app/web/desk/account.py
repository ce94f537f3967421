"""One's own account: the password, and the browsers in which one is signed in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import now
from app.queries import second_factor as factor_queries
from app.queries import staff as staff_queries
from app.rules.credentials import Proof
from app.rules.errors import DeskError, InvalidInput, TooMany
from app.rules.permissions import Permission
from app.services import sessions
from app.services import staff as staff_services
from app.web.access import requires
from app.web.auth import leave
from app.web.desk import desk_pages
from app.web.forms.staff import PasswordForm
from app.web.identity import current_staff
from app.web.senders import sender

MOST_SESSIONS = 50
"""How many sessions a page shows; there are hardly ever more."""


@desk_pages.get("/account")
@requires(Permission.VIEW_DESK)
def account() -> ResponseReturnValue:
    """Show who one is at the desk, and where one is signed in."""
    return _page()


@desk_pages.post("/account/password")
@requires(Permission.VIEW_DESK)
def change_password() -> ResponseReturnValue:
    """Change one's own password, which ends every session."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(password_form=form)
    proof = Proof(form.old.data or "")
    try:
        staff_services.change_password(
            current_staff().id, proof, form.new.data or "", at=now(), sender=sender()
        )
    except (InvalidInput, TooMany) as error:
        is_new = isinstance(error, InvalidInput) and error.field == "password"
        (form.new if is_new else form.old).errors = [error.message]
        return _page(password_form=form, error=error)
    return leave(_("Your password is changed, and you are signed out everywhere. Sign in with it."))


@desk_pages.post("/account/sessions/<number:number>/end")
@requires(Permission.VIEW_DESK)
def end_session(number: int) -> ResponseReturnValue:
    """Sign out another browser of one's own."""
    mine = current_staff().id
    sessions.end(number, of=mine, by=mine, at=now())
    if number == current_user.session_id:
        return leave(_("You are signed out."))
    flash(_("That browser is signed out."))
    return redirect(url_for("desk.account"), 303)


@desk_pages.post("/account/sign-out-everywhere")
@requires(Permission.VIEW_DESK)
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign out in every browser, this one too."""
    mine = current_staff().id
    sessions.end_all(of=mine, by=mine, at=now())
    return leave(_("You are signed out everywhere."))


def _page(
    *,
    password_form: PasswordForm | None = None,
    error: DeskError | None = None,
) -> ResponseReturnValue:
    staff = current_staff()
    shown = render_template(
        "account/account.html",
        staff=staff,
        password_form=password_form or PasswordForm(formdata=None),
        factors=factor_queries.of(staff),
        sessions=staff_queries.sessions_of(staff.id, now(), MOST_SESSIONS),
        present=current_user.session_id,
    )
    return shown, error.status if error else 422 if password_form else 200

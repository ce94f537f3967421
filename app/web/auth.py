"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from wtforms import Field

from app.clock import now
from app.queries import second_factor as factor_queries
from app.queries import staff as staff_queries
from app.rules.errors import DeskError, Gone, InvalidInput, TooMany
from app.rules.permissions import Permission
from app.services import passkeys, sessions
from app.web.access import personal, requires
from app.web.forms.staff import PasskeyForm, SecondFactorForm, SignInForm
from app.web.identity import SignedIn, staff_or_none
from app.web.passkeys import answer, browser_secret
from app.web.senders import visitor

auth_pages = Blueprint("auth", __name__, url_prefix="/desk")

_PENDING = "pending"
"""Under which name the browser keeps that the right password was given."""


@auth_pages.route("/login", methods=["GET", "POST"])
@personal
def login() -> ResponseReturnValue:
    """Sign in; the answer is the same whether the address or the password was wrong."""
    if staff_or_none() is not None:
        return redirect(_next(), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _door(form)
    email, password = form.email.data or "", form.password.data or ""
    try:
        result = sessions.sign_in(email, password, at=now(), visitor=visitor())
    except (InvalidInput, TooMany) as error:
        return _door(form, error)
    if result.is_complete:
        return _let_in(result.token)
    session[_PENDING] = result.token
    return redirect(url_for("auth.second_factor", next=request.args.get("next")), 303)


@auth_pages.post("/login/passkey")
@personal
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign in with a passkey alone: it makes sure who uses it, so it is two factors."""
    form = PasskeyForm()
    if not form.validate_on_submit():
        return _door(SignInForm(formdata=None), InvalidInput("", _("Send that once more.")))
    try:
        token = sessions.sign_in_with_passkey(answer(form), at=now(), visitor=visitor())
    except (InvalidInput, TooMany) as error:
        return _door(SignInForm(formdata=None), error)
    return _let_in(token)


@auth_pages.route("/login/second-factor", methods=["GET", "POST"])
@personal
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor; there is no session before it is there."""
    if staff_or_none() is not None:
        return redirect(_next(), 303)
    form, marker = SecondFactorForm(), session.get(_PENDING, "")
    if staff_queries.pending(marker, now()) is None:
        return _begin_again()
    if not form.validate_on_submit():
        return _second_door(form, marker)
    try:
        if form.passkey.data:
            token = sessions.complete_with_passkey(
                marker, answer(form), at=now(), visitor=visitor()
            )
        else:
            code = form.code.data or ""
            token = sessions.complete_with_code(marker, code, at=now(), visitor=visitor())
    except Gone:
        return _begin_again()
    except (InvalidInput, TooMany) as error:
        return _second_door(form, marker, error)
    return _let_in(token)


@auth_pages.post("/logout")
@requires(Permission.SECURE_ACCOUNT)
def logout() -> ResponseReturnValue:
    """Sign out: the session ends here and for whoever copied its cookie."""
    sessions.sign_out(current_user.token, at=now())
    return leave(_("You are signed out."))


def leave(message: str) -> ResponseReturnValue:
    """Forget in this browser who was signed in, and go to the door, where it says why."""
    logout_user()
    session.clear()
    flash(message)
    return redirect(url_for("auth.login"), 303)


def _let_in(token: str) -> ResponseReturnValue:
    """Begin a new browser session, of which nothing was there before somebody signed in."""
    session.clear()
    session.permanent = True
    login_user(SignedIn.with_token(token))
    return redirect(_next(), 303)


def _door(form: SignInForm, error: DeskError | None = None) -> ResponseReturnValue:
    status = _status(form.password, error) if error else 422 if form.errors else 200
    options = passkeys.asked_to_sign_in(browser_secret(), now()) if passkeys.can_be_used() else ""
    return render_template("account/sign_in.html", form=form, options=options), status


def _second_door(
    form: SecondFactorForm, marker: str, error: DeskError | None = None
) -> ResponseReturnValue:
    status = _status(form.code, error) if error else 422 if form.errors else 200
    staff = staff_queries.pending(marker, now())
    if staff is None:
        return _begin_again()
    factors = factor_queries.of(staff)
    has_passkey = factors.passkeys and passkeys.can_be_used()
    return render_template(
        "account/second_sign_in.html",
        form=form,
        factors=factors,
        options=passkeys.asked_for_second_factor(staff, browser_secret(), now())
        if has_passkey
        else "",
    ), status


def _status(field: Field, error: DeskError) -> int:
    """Put what was wrong beside its field, and return the answer's status."""
    field.errors = [error.message]
    return error.status


def _begin_again() -> ResponseReturnValue:
    """Send back to the password who took too long for the second factor."""
    session.pop(_PENDING, None)
    flash(_("Signing in took too long. Begin again."), "error")
    return redirect(url_for("auth.login", next=request.args.get("next")), 303)


def _next() -> str:
    """Return the page of the desk that was asked for before, never another site's."""
    wanted = request.args.get("next", "")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return url_for("desk.queue")
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/desk")
    is_plain = "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours and is_plain else url_for("desk.queue")

"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.clock import now
from app.rules.errors import TooMany
from app.rules.permissions import Permission
from app.services import staff as staff_services
from app.services import throttle
from app.tokens import keyed_hash
from app.web.access import personal, requires
from app.web.forms.staff import SignInForm
from app.web.identity import SignedIn, staff_or_none

auth_pages = Blueprint("auth", __name__, url_prefix="/desk")

PER_ACCOUNT = "10 per 15 minutes"
PER_ADDRESS = "50 per 15 minutes"


@auth_pages.route("/login", methods=["GET", "POST"])
@personal
def login() -> ResponseReturnValue:
    """Sign in; the answer is the same whether the address or the password was wrong."""
    if staff_or_none() is not None:
        return redirect(_next(), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("account/sign_in.html", form=form), 422 if form.errors else 200
    try:
        token = _signed_in(form.email.data or "", form.password.data or "")
    except TooMany as error:
        form.password.errors = [error.message]
        return render_template("account/sign_in.html", form=form), error.status
    if token is None:
        form.password.errors = [_("The address or the password is wrong.")]
        return render_template("account/sign_in.html", form=form), 422
    return redirect(_next(), 303)


@auth_pages.post("/logout")
@requires(Permission.VIEW_DESK)
def logout() -> ResponseReturnValue:
    """Sign out: the session ends here and for whoever copied its cookie."""
    staff_services.sign_out(current_user.token)
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"), 303)


def _signed_in(email: str, password: str) -> str | None:
    """Try to sign in, count what fails, and start a new browser session on success."""
    account = ("sign-in account", keyed_hash("throttle", email.strip().lower()).hex())
    address = ("sign-in address", keyed_hash("throttle", request.remote_addr or "").hex())
    throttle.refuse_excess(PER_ACCOUNT, *account)
    throttle.refuse_excess(PER_ADDRESS, *address)
    token = staff_services.sign_in(email, password, at=now())
    if token is None:
        throttle.count(PER_ACCOUNT, *account)
        throttle.count(PER_ADDRESS, *address)
        return None
    session.clear()
    session.permanent = True
    login_user(SignedIn.with_token(token))
    return token


def _next() -> str:
    """Return the page of the desk that was asked for before, never another site's."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/desk")
    is_plain = "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours and is_plain else url_for("desk.queue")

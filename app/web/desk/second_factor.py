"""One's own second factor: an authenticator app, passkeys, and codes for when they are lost."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from pyotp import TOTP

from app.clock import now
from app.queries import second_factor as factor_queries
from app.rules.errors import DeskError, InvalidInput, TooMany
from app.rules.permissions import Permission
from app.services import passkeys
from app.services import second_factor as factor_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.staff import AppForm, NewPasskeyForm, ProofForm
from app.web.identity import current_staff, lacks_second_factor
from app.web.passkeys import browser_secret, made_passkey, proof
from app.web.senders import sender

_NEW_APP = "new_app"
"""Under which name the browser keeps the secret of an app that is being set up."""


@desk_pages.get("/account/second-factor")
@requires(Permission.SECURE_ACCOUNT)
def second_factor() -> ResponseReturnValue:
    """Show what one has, besides the password, to sign in."""
    return _page()


@desk_pages.post("/account/second-factor/app")
@requires(Permission.SECURE_ACCOUNT)
def add_app() -> ResponseReturnValue:
    """Set up an authenticator app that shows that it works."""
    form = AppForm()
    if not form.validate_on_submit():
        return _page("app", form)
    try:
        codes = factor_services.add_app(
            current_staff().id,
            _secret(),
            form.code.data or "",
            proof(form),
            session_id=current_user.session_id,
            at=now(),
            sender=sender(),
        )
    except (InvalidInput, TooMany) as error:
        return _page("app", form, error)
    session.pop(_NEW_APP, None)
    return _added(_("Your authenticator app is set up."), codes)


@desk_pages.post("/account/second-factor/app/remove")
@requires(Permission.SECURE_ACCOUNT)
def remove_app() -> ResponseReturnValue:
    """Remove one's authenticator app."""
    form = ProofForm()
    if not form.validate_on_submit():
        return _page("app-off", form)
    try:
        factor_services.remove_app(current_staff().id, proof(form), at=now(), sender=sender())
    except (InvalidInput, TooMany) as error:
        return _page("app-off", form, error)
    return _added(_("Your authenticator app is removed."), [])


@desk_pages.post("/account/second-factor/codes")
@requires(Permission.SECURE_ACCOUNT)
def make_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them this once."""
    form = ProofForm()
    if not form.validate_on_submit():
        return _page("codes", form)
    try:
        codes = factor_services.make_codes(
            current_staff().id, proof(form), at=now(), sender=sender()
        )
    except (InvalidInput, TooMany) as error:
        return _page("codes", form, error)
    return _added("", codes)


@desk_pages.post("/account/second-factor/passkeys")
@requires(Permission.SECURE_ACCOUNT)
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that this browser has just made."""
    form = NewPasskeyForm()
    if not form.validate_on_submit():
        return _page("passkey", form)
    try:
        codes = passkeys.add(
            current_staff().id,
            form.name.data or "",
            made_passkey(form),
            proof(form),
            session_id=current_user.session_id,
            at=now(),
            sender=sender(),
        )
    except (InvalidInput, TooMany) as error:
        return _page("passkey", form, error)
    return _added(_("Your passkey is added."), codes)


@desk_pages.post("/account/second-factor/passkeys/<number:number>/remove")
@requires(Permission.SECURE_ACCOUNT)
def remove_passkey(number: int) -> ResponseReturnValue:
    """Remove one of one's passkeys."""
    form, scope = ProofForm(), f"passkey-{number}"
    if not form.validate_on_submit():
        return _page(scope, form)
    try:
        passkeys.remove(current_staff().id, number, proof(form), at=now(), sender=sender())
    except (InvalidInput, TooMany) as error:
        return _page(scope, form, error)
    return _added(_("The passkey is removed."), [])


def _added(message: str, codes: list[str]) -> ResponseReturnValue:
    """Go back to the page; but codes are shown at once, for they are kept nowhere."""
    if codes:
        return render_template("account/recovery_codes.html", codes=codes, message=message)
    flash(message)
    return redirect(url_for("desk.second_factor"), 303)


def _page(
    sent: str = "", form: ProofForm | None = None, error: DeskError | None = None
) -> ResponseReturnValue:
    """Show the page; the form that was ``sent`` comes back with what is wrong with it."""
    if form is not None and error is not None:
        named = error.field if isinstance(error, InvalidInput) else "proof"
        form[named].errors = [error.message]
    shown = render_template(
        "account/second_factor.html",
        factors=factor_queries.of(current_staff()),
        is_demanded=lacks_second_factor(),
        sent=sent,
        form=form,
        blank=ProofForm(formdata=None),
        app_form=form if sent == "app" else AppForm(formdata=None),
        passkey_form=form if sent == "passkey" else NewPasskeyForm(formdata=None),
        **_app_to_set_up(),
        **_asked(),
    )
    return shown, error.status if error else 422 if sent else 200


def _app_to_set_up() -> dict[str, Any]:
    """Return the secret for a new app, and the code to scan, while there is no app."""
    staff = current_staff()
    if staff.totp_secret is not None:
        return {"secret": "", "qr": ""}
    secret, name = _secret(), current_app.config["PUBLICATION_NAME"]
    address = TOTP(secret).provisioning_uri(name=staff.email, issuer_name=name)
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=4, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"secret": spaced, "qr": Markup(drawn)}  # noqa: S704 - squares that segno drew


def _asked() -> dict[str, str]:
    """Return what the browser is asked for a new passkey, and for one to confirm with."""
    if not passkeys.can_be_used():
        return {"to_add": "", "to_confirm": ""}
    staff, secret, at = current_staff(), browser_secret(), now()
    has_any = bool(factor_queries.passkeys_of(staff.id))
    return {
        "to_add": passkeys.asked_to_add(staff, secret, at),
        "to_confirm": passkeys.asked_to_confirm(staff, secret, at) if has_any else "",
    }


def _secret() -> str:
    """Return the secret of the app that is being set up in this browser."""
    if _NEW_APP not in session:
        session[_NEW_APP] = factor_services.new_secret()
    return str(session[_NEW_APP])

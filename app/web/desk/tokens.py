"""One's own access tokens: made, shown once, and revoked."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.queries import api_tokens as token_queries
from app.rules.credentials import Proof
from app.rules.errors import DeskError, InvalidInput
from app.rules.permissions import Permission
from app.rules.scopes import Scope, open_to
from app.services import api_tokens
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.tokens import TokenForm
from app.web.identity import current_staff
from app.web.senders import sender


@desk_pages.get("/account/tokens")
@requires(Permission.VIEW_DESK)
def tokens() -> ResponseReturnValue:
    """Show one's access tokens, and how one is made."""
    return _page(_form(is_sent=False))


@desk_pages.post("/account/tokens")
@requires(Permission.VIEW_DESK)
def make_token() -> ResponseReturnValue:
    """Make an access token, and show it this once."""
    form = _form(is_sent=True)
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        made = api_tokens.make(
            current_staff().id,
            form.name.data or "",
            [Scope(name) for name in form.scopes.data or ()],
            Proof(form.proof.data or ""),
            lasts=timedelta(days=int(form.lasts.data)),
            at=now(),
            sender=sender(),
        )
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return _page(form, status=error.status)
    except DeskError as error:
        form.form_errors.append(error.message)
        return _page(form, status=error.status)
    return _page(_form(is_sent=False), made=made)


@desk_pages.post("/account/tokens/<number:number>/revoke")
@requires(Permission.VIEW_DESK)
def revoke_token(number: int) -> ResponseReturnValue:
    """Revoke one of one's own access tokens."""
    mine = current_staff().id
    api_tokens.revoke(number, of=mine, by=mine, at=now())
    flash(_("The token is revoked: whoever holds it is refused from now on."))
    return redirect(url_for("desk.tokens"), 303)


def _form(*, is_sent: bool) -> TokenForm:
    scopes = open_to(current_staff().role)
    return TokenForm(scopes) if is_sent else TokenForm(scopes, formdata=None)


def _page(form: TokenForm, *, made: str = "", status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "account/tokens.html",
        form=form,
        made=made,
        tokens=token_queries.of(current_staff().id),
        labels={scope.value: scope.label for scope in Scope},
        now=now(),
    )
    return shown, status

"""Inviting people to the desk, and taking an invitation up."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.models import Invitation
from app.queries import invitations as invitation_queries
from app.rules.errors import Conflict, InvalidInput
from app.rules.permissions import Permission, Role
from app.services import invitations
from app.web.access import personal, requires
from app.web.desk import desk_pages
from app.web.desk.staff import staff_page
from app.web.forms.staff import InvitationForm, JoinForm
from app.web.identity import current_staff
from app.web.senders import sender


@desk_pages.post("/staff/invite")
@requires(Permission.MANAGE_STAFF)
def invite() -> ResponseReturnValue:
    """Invite somebody, and show the link this once."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return staff_page(form)
    name, role = form.name.data or "", Role(form.role.data or "")
    try:
        token = invitations.invite(
            form.email.data or "", name=name, role=role, by=current_staff().id, at=now()
        )
    except (Conflict, InvalidInput) as error:
        form.email.errors = [error.message]
        return staff_page(form)
    return _link(token)


@desk_pages.post("/staff/invitations/<number:number>/renew")
@requires(Permission.MANAGE_STAFF)
def renew_invitation(number: int) -> ResponseReturnValue:
    """Make a new link for an invitation; the one before is dead."""
    return _link(invitations.renew(number, by=current_staff().id, at=now()))


@desk_pages.post("/staff/invitations/<number:number>/withdraw")
@requires(Permission.MANAGE_STAFF)
def withdraw_invitation(number: int) -> ResponseReturnValue:
    """Withdraw an invitation."""
    invitations.withdraw(number, by=current_staff().id, at=now())
    flash(_("The invitation is withdrawn; its link is dead."))
    return redirect(url_for("desk.staff"), 303)


def _link(token: str) -> ResponseReturnValue:
    """Show a link that is kept nowhere."""
    link = current_app.config["SITE_URL"] + url_for("desk.join", token=token)
    found = invitation_queries.with_link(token, now())
    return render_template("desk/invitation.html", link=link, invitation=found)


@desk_pages.route("/join/<token>", methods=["GET", "POST"])
@personal
def join(token: str) -> ResponseReturnValue:
    """Join the desk: choose a name and a password."""
    invitation = invitations.look_up(token, at=now(), sender=sender())
    form = JoinForm(name=invitation.name)
    if not form.validate_on_submit():
        return _join_page(form, invitation)
    name, password = form.name.data or "", form.password.data or ""
    try:
        email = invitations.accept(token, name=name, password=password, at=now(), sender=sender())
    except InvalidInput as error:
        form[error.field].errors = [error.message]
        return _join_page(form, invitation)
    flash(_("Welcome. Sign in as %(email)s with your new password.", email=email))
    return redirect(url_for("auth.login"), 303)


def _join_page(form: JoinForm, invitation: Invitation) -> ResponseReturnValue:
    shown = render_template("account/join.html", form=form, invitation=invitation)
    return shown, 422 if form.errors else 200

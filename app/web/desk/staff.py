"""The people of the desk, for admins: roles, sessions, second factors, who is shut out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.queries import invitations as invitation_queries
from app.queries import second_factor as factor_queries
from app.queries import staff as staff_queries
from app.rules.errors import NotAllowed
from app.rules.permissions import Permission, Role
from app.services import sessions
from app.services import staff as staff_services
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.desk.account import MOST_SESSIONS
from app.web.forms.staff import InvitationForm, NameForm, RoleForm
from app.web.identity import current_staff
from app.web.pagination import whole_number

PAGE = 100


@desk_pages.get("/staff", endpoint="staff")
@requires(Permission.MANAGE_STAFF)
def list_staff() -> ResponseReturnValue:
    """List everybody, and who is invited."""
    return staff_page(InvitationForm(formdata=None))


def staff_page(form: InvitationForm) -> ResponseReturnValue:
    """Show the list with the form to invite somebody as it is."""
    found = staff_queries.members(PAGE + 1, whole_number(request.args.get("after")))
    shown = found[:PAGE]
    return render_template(
        "desk/staff.html",
        form=form,
        rows=shown,
        invitations=invitation_queries.waiting(PAGE),
        now=now(),
        after=shown[-1].staff.id if len(found) > PAGE else None,
    ), 422 if form.errors else 200


@desk_pages.get("/staff/<number:number>")
@requires(Permission.MANAGE_STAFF)
def member(number: int) -> ResponseReturnValue:
    """Show one person, with all that an admin may do."""
    return _member_page(number)


def _member_page(number: int, name_form: NameForm | None = None) -> ResponseReturnValue:
    found = staff_queries.member(number)
    person = found.staff
    return render_template(
        "desk/member.html",
        member=found,
        person=person,
        is_me=person.id == current_staff().id,
        form=RoleForm(formdata=None, role=person.role.value, seen=person.role.value),
        name_form=name_form or NameForm(formdata=None, name=person.name),
        factors=factor_queries.of(person),
        sessions=staff_queries.sessions_of(number, now(), MOST_SESSIONS),
    ), 422 if name_form else 200


@desk_pages.post("/staff/<number:number>/name")
@requires(Permission.MANAGE_STAFF)
def rename(number: int) -> ResponseReturnValue:
    """Give somebody another name, but not oneself."""
    form = NameForm()
    if not form.validate_on_submit():
        return _member_page(number, form)
    if number == current_staff().id:
        raise NotAllowed(_("Another admin changes your name: by it, authors are recognised."))
    staff_services.rename(number, form.name.data or "", by=current_staff().id, at=now())
    flash(_("The name is changed."))
    return _back(number)


@desk_pages.post("/staff/<number:number>/role")
@requires(Permission.MANAGE_STAFF)
def change_role(number: int) -> ResponseReturnValue:
    """Give somebody another role."""
    form = RoleForm()
    is_known = form.validate_on_submit() and form.seen.data in list(Role)
    if is_known:
        role, seen = Role(form.role.data or ""), Role(form.seen.data or "")
        staff_services.change_role(number, role, by=current_staff().id, at=now(), seen=seen)
        flash(_("The role is changed, and the person is signed out everywhere."))
    else:
        flash(_("Choose a role from the list."), "error")
    return _back(number)


@desk_pages.post("/staff/<number:number>/disable")
@requires(Permission.MANAGE_STAFF)
def disable(number: int) -> ResponseReturnValue:
    """Shut somebody out; what the person had claimed is free for others."""
    staff_services.disable(number, by=current_staff().id, at=now())
    flash(_("Disabled and signed out; all claimed cases are released."))
    return _back(number)


@desk_pages.post("/staff/<number:number>/enable")
@requires(Permission.MANAGE_STAFF)
def enable(number: int) -> ResponseReturnValue:
    """Let somebody in again."""
    staff_services.enable(number, by=current_staff().id, at=now())
    flash(_("May sign in again."))
    return _back(number)


@desk_pages.post("/staff/<number:number>/sign-out-everywhere")
@requires(Permission.MANAGE_STAFF)
def sign_out_member(number: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    sessions.end_all(of=number, by=current_staff().id, at=now())
    flash(_("Signed out everywhere."))
    return _back(number)


@desk_pages.post("/staff/<number:number>/sessions/<number:session>/end")
@requires(Permission.MANAGE_STAFF)
def end_session_of(number: int, session: int) -> ResponseReturnValue:
    """Sign somebody out in one browser."""
    sessions.end(session, of=number, by=current_staff().id, at=now())
    flash(_("That browser is signed out."))
    return _back(number)


@desk_pages.post("/staff/<number:number>/reset-second-factor")
@requires(Permission.MANAGE_STAFF)
def reset_second_factor(number: int) -> ResponseReturnValue:
    """Take the second factor from somebody who has lost it."""
    staff_services.reset_second_factor(number, by=current_staff().id, at=now())
    flash(_("The second factor is removed: the password alone is enough now."))
    return _back(number)


def _back(number: int) -> ResponseReturnValue:
    """Go back to the person, or to the door where one has just shut oneself out."""
    return redirect(url_for("desk.member", number=number), 303)

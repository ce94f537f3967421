"""A case, and each thing that can be done to it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.clock import now
from app.models import Case
from app.queries import cases as case_queries
from app.rules.kinds import DeclineReason
from app.rules.permissions import Permission, is_permitted
from app.rules.workflow import CaseStatus
from app.services import cases
from app.services import undo as undo_services
from app.web.access import requires
from app.web.desk import canned, desk_pages
from app.web.desk.acting import act, next_case, same_case, who
from app.web.desk.case_page import case_page
from app.web.desk.panel import may_go_on
from app.web.desk.publishing import publish_page
from app.web.forms.desk import DeclineForm
from app.web.identity import current_staff


@desk_pages.get("/cases/<reference>")
@requires(Permission.VIEW_DESK)
def case(reference: str) -> ResponseReturnValue:
    """Show a case; an agreed one opens as the text and the notice to those who may publish."""
    found = case_queries.with_reference(reference)
    may_publish = is_permitted(current_staff().role, Permission.PUBLISH)
    if found.status is CaseStatus.AGREED and may_publish:
        return publish_page(found)
    return case_page(found)


@desk_pages.post("/cases/<reference>/claim")
@requires(Permission.TRIAGE)
def claim(reference: str) -> ResponseReturnValue:
    """Take a case, from a colleague too where there is a reason."""
    return act(reference, "claim", lambda c, f: cases.claim(c.id, **who(f), reason=f.why.data))


@desk_pages.post("/cases/<reference>/release")
@requires(Permission.TRIAGE)
def release(reference: str) -> ResponseReturnValue:
    """Let go of a case."""
    return act(reference, "release", lambda c, f: cases.release(c.id, **who(f)))


@desk_pages.post("/cases/<reference>/ask")
@requires(Permission.DECIDE)
def ask(reference: str) -> ResponseReturnValue:
    """Ask the reader a question."""
    return act(reference, "ask", lambda c, f: cases.ask(c.id, **who(f), question=f.question.data))


@desk_pages.post("/cases/<reference>/resume")
@requires(Permission.TRIAGE)
def resume(reference: str) -> ResponseReturnValue:
    """Go on without the reader's answer."""
    return act(reference, "resume", lambda c, f: cases.resume(c.id, **who(f)))


@desk_pages.post("/cases/<reference>/agree")
@requires(Permission.DECIDE)
def agree(reference: str) -> ResponseReturnValue:
    """Uphold a report."""
    then = same_case if may_go_on(current_staff()) else next_case
    return act(reference, "agree", lambda c, f: cases.agree(c.id, **who(f)), then=then)


@desk_pages.post("/cases/<reference>/decline")
@requires(Permission.DECIDE)
def decline(reference: str) -> ResponseReturnValue:
    """Turn a report down; or begin with a canned explanation, or look at the answer before."""
    if request.form.get("do") == "use":
        return _begun(reference)
    if request.form.get("do") == "preview":
        return _previewed(reference)

    def do(found: Case, form: DeclineForm) -> None:
        cases.decline(
            found.id,
            **who(form),
            reason=DeclineReason(form.reason.data),
            explanation=form.explanation.data or "",
            detail=form.detail.data or "",
        )

    return act(reference, "decline", do, then=next_case)


def _begun(reference: str) -> ResponseReturnValue:
    """Show the form again with the canned explanation that was chosen, to be read and edited."""
    found, form = case_queries.with_reference(reference), DeclineForm()
    canned.start_with(case_queries.page(found), form)
    return case_page(found, "decline", form, status=422 if form.errors else 200)


def _previewed(reference: str) -> ResponseReturnValue:
    """Show the form again with the answer that it would send."""
    found, form = case_queries.with_reference(reference), DeclineForm()
    is_whole = form.validate_on_submit()
    return case_page(found, "decline", form, status=200 if is_whole else 422)


@desk_pages.post("/cases/<reference>/merge")
@requires(Permission.DECIDE)
def merge(reference: str) -> ResponseReturnValue:
    """Make a case part of another one."""
    return act(
        reference,
        "merge",
        lambda c, f: cases.merge(c.id, **who(f), into=f.into.data),
        then=next_case,
    )


@desk_pages.post("/cases/<reference>/unmerge")
@requires(Permission.DECIDE)
def unmerge(reference: str) -> ResponseReturnValue:
    """Make a merged case one of its own again."""
    return act(reference, "unmerge", lambda c, f: cases.unmerge(c.id, **who(f)))


@desk_pages.post("/cases/<reference>/quarantine")
@requires(Permission.TRIAGE)
def quarantine(reference: str) -> ResponseReturnValue:
    """Set a case aside that looks like abuse."""
    return act(
        reference,
        "quarantine",
        lambda c, f: cases.quarantine(c.id, **who(f), reason=f.why.data),
        then=next_case,
    )


@desk_pages.post("/cases/<reference>/restore")
@requires(Permission.TRIAGE)
def restore(reference: str) -> ResponseReturnValue:
    """Take a case out of quarantine."""
    return act(reference, "restore", lambda c, f: cases.restore(c.id, **who(f)))


@desk_pages.post("/cases/<reference>/reopen")
@requires(Permission.DECIDE)
def reopen(reference: str) -> ResponseReturnValue:
    """Take a decided case up again."""
    return act(reference, "reopen", lambda c, f: cases.reopen(c.id, **who(f), reason=f.why.data))


@desk_pages.post("/cases/<reference>/undo")
@requires(Permission.TRIAGE)
def undo(reference: str) -> ResponseReturnValue:
    """Undo one's latest step, and open the case that it was taken on."""
    return act(reference, "undo", lambda c, f: undo_services.undo(c.id, **who(f)))


@desk_pages.post("/cases/<reference>/note")
@requires(Permission.TRIAGE)
def note(reference: str) -> ResponseReturnValue:
    """Leave a note for colleagues."""
    return act(
        reference,
        "note",
        lambda c, f: cases.note(c.id, by=current_staff(), at=now(), text=f.text.data),
    )

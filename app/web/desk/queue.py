"""The queue: what waits for the desk, what presses most on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_wtf import FlaskForm

from app.clock import now
from app.queries import queue as queue_queries
from app.queries import staff as staff_queries
from app.queries.queue import LOOKED_THROUGH, MOST_COUNTED
from app.queries.queue_views import Age, Filter, Position, View
from app.rules.bulk import MOST_AT_ONCE
from app.rules.kinds import ProblemKind
from app.rules.permissions import Permission
from app.web.access import requires
from app.web.desk import desk_pages
from app.web.forms.bulk import AssignForm, BulkDeclineForm, RejectForm
from app.web.identity import current_staff
from app.web.pagination import cursor, position

PAGE = MOST_AT_ONCE
"""Cases on a page: as many as can be ticked and dealt with at once."""

_LONGEST_WORDS = 200
_LONGEST_SECTION = 80
_LONGEST_ADDRESS = 500

FORMS: dict[str, type[FlaskForm]] = {
    "assign": AssignForm,
    "decline": BulkDeclineForm,
    "reject": RejectForm,
}
"""What is asked for before something is done to all cases that are ticked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue an address asks for."""

    view: View
    wanted: Filter
    after: Position | None

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the view down, as parts of an address."""
        parts = {
            "section": self.wanted.section,
            "kind": self.wanted.kind.value if self.wanted.kind else "",
            "age": self.wanted.age.value if self.wanted.age else "",
            "article": self.wanted.article,
            "q": self.wanted.words,
        }
        return {name: value for name, value in parts.items() if value}


def asked() -> Asked:
    """Read the address; what it says that means nothing here is left out."""
    given = request.args
    view, kind, age = given.get("view"), given.get("kind"), given.get("age")
    wanted = Filter(
        section=given.get("section", "").strip()[:_LONGEST_SECTION],
        kind=ProblemKind(kind) if kind in list(ProblemKind) else None,
        age=Age(age) if age in list(Age) else None,
        article=_slug(given.get("article", "")[:_LONGEST_ADDRESS]),
        words=given.get("q", "").strip()[:_LONGEST_WORDS],
    )
    chosen = View(view) if view in list(View) else View.OPEN
    return Asked(chosen, wanted, position(given.get("after")))


def _slug(typed: str) -> str:
    """Return the slug of an article, of which the whole address may have been given."""
    return typed.strip().partition("/articles/")[2].split("/")[0] or typed.strip()


@desk_pages.get("", endpoint="queue")
@requires(Permission.VIEW_DESK)
def queue() -> ResponseReturnValue:
    """Show a view of the queue, narrowed down, or what a search found in it."""
    return queue_page()


@desk_pages.get("/queue/version")
@requires(Permission.VIEW_DESK)
def queue_version() -> ResponseReturnValue:
    """Say, in the answer's ETag, whether anything in the queue has changed."""
    response = Response()
    response.set_etag(queue_queries.stamp(asked().view, current_staff(), now()))
    return response.make_conditional(request)


def queue_page(
    forms: Mapping[str, FlaskForm] | None = None,
    *,
    acted: str = "",
    ticked: frozenset[str] = frozenset(),
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show the queue, with a form that was just sent in the state it is in."""
    part, staff, at = asked(), current_staff(), now()
    stamp = queue_queries.stamp(part.view, staff, at)  # first, so that nothing is missed
    page = queue_queries.page(part.view, staff, at, PAGE, wanted=part.wanted, after=part.after)
    shown = render_template(
        "desk/queue.html",
        view=part.view,
        views=list(View),
        wanted=part.wanted,
        filters=part.filters,
        words=part.wanted.words,
        counts=queue_queries.counts(staff, at),
        sections=queue_queries.sections(),
        kinds=list(ProblemKind),
        ages=list(Age),
        page=page,
        looked_through=LOOKED_THROUGH,
        stamp=stamp,
        next_cursor=cursor(*page.end) if page.end else None,
        forms={name: form(formdata=None) for name, form in FORMS.items()} | dict(forms or {}),
        acted=acted,
        ticked=ticked,
        problem=problem,
        colleagues=[each for each in staff_queries.everyone() if not each.is_disabled],
        staff=staff,
        now=at,
    )
    return shown, status


@desk_pages.app_template_filter("counted")
def counted(number: int) -> str:
    """Write a count that stops somewhere: 42, 999+."""
    written = str(format_decimal(min(number, MOST_COUNTED)))
    return f"{written}+" if number > MOST_COUNTED else written

"""How the desk writes times: when a case is due, how old it is, and the hour of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import format_datetime, format_timedelta, get_timezone, ngettext
from flask_babel import gettext as _

from app.clock import now
from app.models import Case
from app.rules.calendar import Calendar
from app.rules.workflow import DECIDED, OPEN
from app.web.desk import desk_pages
from app.web.filters import zone_name


@dataclass(frozen=True, slots=True)
class Due:
    """When a case is due, and what is left until then, or how much it is over.

    ``left`` is empty for a case that is decided; ``tone`` is the class of the text, empty when
    there is no hurry.
    """

    day: str
    left: str = ""
    tone: str = ""

    @property
    def text(self) -> str:
        """Both, in one line."""
        return _("%(day)s, %(left)s", day=self.day, left=self.left) if self.left else self.day


@desk_pages.app_template_filter("due")
def due(case: Case, at: datetime) -> Due:
    """Say when a case is due and what is left until then, or on which day it was decided."""
    if case.status in DECIDED and case.decided_at:
        return Due(_day(case.decided_at, at))
    if case.status not in OPEN:
        return Due(_day(case.due_at, at))
    return due_text(case.due_at, at, current_app.config["CALENDAR"])


def due_text(due_at: datetime, at: datetime, calendar: Calendar) -> Due:
    """Say when something is due, and what is left until then in working days."""
    day = _day(due_at, at)
    if due_at < at:
        over = calendar.working_days(due_at, at)
        said = ngettext("overdue by %(num)s working day", "overdue by %(num)s working days", over)
        return Due(
            day, said if over else _("overdue since %(time)s", time=clock(due_at)), "due-over"
        )
    if due_at.astimezone(calendar.zone).date() == at.astimezone(calendar.zone).date():
        return Due(day, _("today until %(time)s", time=clock(due_at)), "due-soon")
    left = calendar.working_days(at, due_at)
    return Due(day, ngettext("in %(num)s working day", "in %(num)s working days", left))


def _day(moment: datetime, at: datetime) -> str:
    """Write a day, its weekday in short, and its year where that is not this one."""
    zone = get_timezone()
    is_this_year = moment.astimezone(zone).year == at.astimezone(zone).year
    return str(format_datetime(moment, "EEE d MMM" if is_this_year else "EEE d MMM y"))


@desk_pages.app_template_filter("old")
def old(since: datetime, at: datetime) -> str:
    """Say how old something is: 6 days old."""
    return _("%(time)s old", time=format_timedelta(at - since, threshold=1.2))


@desk_pages.app_template_filter("clock")
def clock(at: datetime) -> str:
    """Write the time of day, for what lies within the hour: 18:31 SGT."""
    return f"{format_datetime(at, 'HH:mm')} {zone_name(at)}"


@desk_pages.app_template_filter("moment")
def moment(at: datetime) -> str:
    """Write a time, without its year where that is this one: 23 November, 10:42 SGT."""
    is_this_year = at.astimezone(get_timezone()).year == now().astimezone(get_timezone()).year
    written = format_datetime(at, "d MMMM, HH:mm" if is_this_year else "d MMMM y, HH:mm")
    return f"{written} {zone_name(at)}"

"""How the desk writes times: when a case is due, how old it is, and the hour of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from flask_babel import format_date, format_datetime, format_timedelta, get_timezone, ngettext
from flask_babel import gettext as _

from app.clock import now
from app.models import Case
from app.rules.workflow import DECIDED, OPEN
from app.web.desk import desk_pages
from app.web.filters import zone_name

_WEEK = 7  # days; within them the name of a weekday says enough


@dataclass(frozen=True, slots=True)
class Due:
    """When a case is due; ``tone`` is the class of its text, empty when there is no hurry."""

    text: str
    tone: str = ""


@desk_pages.app_template_filter("due")
def due(case: Case, at: datetime) -> Due:
    """Say when a case is due, or on which day it was decided."""
    if case.status in DECIDED and case.decided_at:
        return Due(_day(case.decided_at.astimezone(get_timezone()).date(), at))
    said = due_text(case.due_at, at, get_timezone())
    return said if case.status in OPEN else Due(said.text)


def due_text(due_at: datetime, at: datetime, zone: tzinfo) -> Due:
    """Say when something is due, in days of the publication's zone."""
    day = due_at.astimezone(zone).date()
    days = (day - at.astimezone(zone).date()).days
    if due_at < at:
        over = ngettext("%(num)s day over", "%(num)s days over", -days) if days else _("Over today")
        return Due(over, "due-over")
    if days == 0:
        return Due(_("Today"), "due-soon")
    if days == 1:
        return Due(_("Tomorrow"))
    return Due(str(format_date(day, "EEEE")) if days < _WEEK else _day(day, at))


def _day(day: date, at: datetime) -> str:
    is_this_year = day.year == at.astimezone(get_timezone()).year
    return str(format_date(day, "d MMMM" if is_this_year else "d MMMM y"))


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

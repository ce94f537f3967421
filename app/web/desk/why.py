"""Why a case stands where it does in the queue, in words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import Case
from app.rules.priority import RankReason, read_reason
from app.rules.workflow import OPEN
from app.web.desk import desk_pages


@desk_pages.app_template_filter("why")
def why(case: Case, at: datetime) -> str:
    """Say what brings a case to its place: 3 distinct readers + evidence given + overdue."""
    known = (read_reason(code) for code in case.rank_reasons)
    said = [_said(*reason) for reason in known if reason]
    if case.status in OPEN and case.due_at < at:
        said.append(_("overdue"))
    return " + ".join(said)


def _said(reason: RankReason, number: int) -> str:
    if reason is RankReason.READERS:
        return ngettext("%(num)s distinct reader", "%(num)s distinct readers", number)
    return _(reason.label)

"""The desk's forms: each action is a form of its own, and carries the version it was drawn for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from app.rules.kinds import DeclineReason
from app.web.forms.base import Form
from app.web.forms.fields import Required, line, lines


class CaseForm(Form):
    """Any action on a case: ``seen`` is the version of the case that its author saw."""

    seen = HiddenField()


class ClaimForm(CaseForm):
    """Takes a case; ``why`` is asked for when it is a colleague's."""

    why = line(_l("Why you take it over"), 400)


class AskForm(CaseForm):
    """A question to the reader."""

    question = lines(
        _l("Question for the reader"), 2000, Required(_l("Write the question that you have."))
    )


class DeclineForm(CaseForm):
    """A reason, what that reason requires, and what the reader is told."""

    canned = SelectField(_l("Begin with"), choices=[], validate_choice=False)
    reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    detail = line(_l("Detail"), 400)
    explanation = lines(
        _l("Explanation for the reader"), 4000, Required(_l("Explain it to the reader."))
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        choices = [(reason.value, _(reason.label)) for reason in DeclineReason]
        self.reason.choices = [("", _("Choose a reason")), *choices]

    def validate_reason(self, field: SelectField) -> None:
        """Demand one of the reasons."""
        if field.data not in list(DeclineReason):
            field.errors = [_("Choose a reason.")]


class MergeForm(CaseForm):
    """The case that this one becomes part of."""

    into = line(_l("Case to merge into"), 20, Required(_l("Give a reference such as C-0042.")))


class SplitForm(CaseForm):
    """The report that becomes a case of its own."""

    report = line(_l("Report"), 20, Required(_l("Choose a report.")))


class RelateForm(CaseForm):
    """The case that this one belongs together with."""

    other = line(_l("Related case"), 20, Required(_l("Give a reference such as C-0042.")))


class QuarantineForm(CaseForm):
    """Sets a case aside."""

    why = line(_l("Why it is set aside"), 400, Required(_l("Say why.")))


class ReopenForm(CaseForm):
    """Takes a decided case up again."""

    why = line(_l("Why it is taken up again"), 400, Required(_l("Say why.")))


class NoteForm(Form):
    """A note for colleagues."""

    text = lines(_l("Note"), 4000, Required(_l("Write something first.")))

"""What the queue asks for when something is done to many cases at once."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from app.rules.kinds import DeclineReason
from app.web.forms.base import Form
from app.web.forms.fields import Required, line, lines
from app.web.pagination import whole_number


class BulkForm(Form):
    """The cases that are ticked, and nothing more."""


class AssignForm(BulkForm):
    """Whom the cases are given to."""

    to = SelectField(_l("Colleague"), choices=[], validate_choice=False)

    def validate_to(self, field: SelectField) -> None:
        """Demand somebody."""
        if not whole_number(field.data):
            field.errors = [_("Choose a colleague.")]


class BulkDeclineForm(BulkForm):
    """The reason and the explanation that the readers of all these cases are given."""

    reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    detail = line(_l("Detail"), 400)
    explanation = lines(
        _l("Explanation for the readers"), 4000, Required(_l("Explain it to the readers."))
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        choices = [(reason.value, _(reason.label)) for reason in DeclineReason]
        self.reason.choices = [("", _("Choose a reason")), *choices]

    def validate_reason(self, field: SelectField) -> None:
        """Demand one of the reasons."""
        if field.data not in list(DeclineReason):
            field.errors = [_("Choose a reason.")]

    def validate_detail(self, field: StringField) -> None:
        """Demand what the reason requires."""
        chosen = self.reason.data
        requires = DeclineReason(chosen).requires if chosen in list(DeclineReason) else ""
        if requires and not field.data:
            field.errors = [_("This reason has to say %(what)s.", what=_(requires))]


class RejectForm(BulkForm):
    """What the readers of cases that are abusive or spam are told."""

    explanation = lines(
        _l("Explanation for the readers"), 4000, Required(_l("Explain it to the readers."))
    )

"""The form of a canned explanation."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from app.rules.kinds import DeclineReason
from app.web.forms.base import Form
from app.web.forms.fields import Required, line, lines


class ExplanationForm(Form):
    """A text with its name, and the reason to decline that it explains."""

    seen = HiddenField()
    title = line(_l("Name"), 100, Required(_l("Give it a name to choose it by.")))
    reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    text = lines(_l("Text"), 4000, Required(_l("Write the text.")))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        choices = [(reason.value, _(reason.label)) for reason in DeclineReason]
        self.reason.choices = [("", _("Any reason")), *choices]

    @property
    def chosen(self) -> DeclineReason | None:
        """The reason that was chosen, if the text is for one."""
        is_one = self.reason.data in list(DeclineReason)
        return DeclineReason(self.reason.data) if is_one else None

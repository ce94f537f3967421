"""What the desk asks for before words are taken away for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField

from app.rules.transparency.redactions import RedactionReason
from app.web.forms.base import Form
from app.web.forms.fields import Required, line
from app.web.pagination import whole_number


class LookForm(Form):
    """The words that have to go."""

    words = line(_l("Words that have to go"), 200, Required(_l("Give the words to look for.")))

    def validate_words(self, field: Any) -> None:
        """Demand more than one letter, which stands everywhere."""
        if len(field.data) < 2:
            field.errors = [_("One letter stands everywhere: give more of the words.")]


class RedactForm(LookForm):
    """What is taken away, why, and that this is meant."""

    leaves = SelectMultipleField(_l("What to take away"), choices=[], validate_choice=False)
    reason = RadioField(_l("Why"), choices=[], validate_choice=False)
    sure = BooleanField(_l("I have read what is chosen above, and know that nobody can undo this."))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.reason.choices = [(reason.value, _(reason.label)) for reason in RedactionReason]

    def validate_leaves(self, field: SelectMultipleField) -> None:
        """Demand at least one, each by its number in the log."""
        if not field.data:
            field.errors = [_("Choose at least one version or entry.")]
        elif len(self.targets) < len(field.data):
            field.errors = [_("This is no leaf of the log.")]

    def validate_reason(self, field: RadioField) -> None:
        """Demand one of the reasons."""
        if field.data not in list(RedactionReason):
            field.errors = [_("Choose the reason: it stands in the log for good.")]

    def validate_sure(self, field: BooleanField) -> None:
        """Demand that it is meant."""
        if not field.data:
            field.errors = [_("Confirm that you have read what is chosen.")]

    @property
    def targets(self) -> Sequence[int]:
        """The leaves whose bodies are to be taken away."""
        numbers = (whole_number(each) for each in self.leaves.data or ())
        return [number for number in numbers if number is not None]
